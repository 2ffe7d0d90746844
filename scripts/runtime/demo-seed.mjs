/** Runs the compiled demo seed (prisma/seed/demo.ts) against the running product. It prints its own log-in. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LaunchError, say } from './progress.mjs';
import { pinnedNode, projectRoot } from './project.mjs';

/**
 * @param {NodeJS.ProcessEnv} env of the API, with PELLUCID_URL, the API's address
 */
export async function runDemoSeed(env) {
  const script = join(projectRoot, 'prisma/dist/seed/demo.js');
  if (!existsSync(script)) throw new LaunchError('There is no demo seed: prisma/seed/demo.ts is missing.');
  const code = await new Promise((resolve, reject) => {
    const child = spawn(pinnedNode, ['--enable-source-maps', script], {
      cwd: projectRoot,
      env,
      // The launcher prints the output, because it survives a closed stdout.
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
