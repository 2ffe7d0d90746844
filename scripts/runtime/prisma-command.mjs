/** Runs Prisma's command line under the pinned Node, without its telemetry and update notices. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { binDirectory, projectEnv, projectRoot } from './project.mjs';

/**
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @param {{quiet?: boolean, onOutput?: (text: string) => void}} [options] quiet: output goes only to `onOutput`
 * @returns {Promise<number>} the exit code
 */
export function prismaCommand(args, env = {}, { quiet = false, onOutput = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(binDirectory, 'prisma'), args, {
      cwd: projectRoot,
      env: projectEnv({ CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', ...env }),
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    child.stdout?.on('data', (chunk) => onOutput(String(chunk)));
    child.stderr?.on('data', (chunk) => onOutput(String(chunk)));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
