/** Fails when the committed API client differs from what the committed OpenAPI document generates. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pinnedNode, projectEnv, projectRoot } from './runtime/project.mjs';

const folder = join(projectRoot, 'packages/api-client');
const run = spawnSync(pinnedNode, ['generate.mjs', '--check', ...process.argv.slice(2)], {
  cwd: folder,
  env: projectEnv(),
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;
