/** Runs the demo seed (prisma/seed/demo.ts, compiled) against the running product; it prints its log-in itself. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LaunchError, say } from './progress.mjs';
import { pinnedNode, projectRoot } from './project.mjs';

/**
 * @param {NodeJS.ProcessEnv} env as the API has it, and PELLUCID_URL, where the API answers
 */
export async function runDemoSeed(env) {
  const script = join(projectRoot, 'prisma/dist/seed/demo.js');
  if (!existsSync(script)) throw new LaunchError('There is no demo seed: prisma/seed/demo.ts is missing.');
  const code = await new Promise((resolve, reject) => {
    const child = spawn(pinnedNode, ['--enable-source-maps', script], {
      cwd: projectRoot,
      env,
      // Through the launcher, which outlives a closed output.
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', say);
    }
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new LaunchError(`The demo seed ended with code ${code}.`);
}
