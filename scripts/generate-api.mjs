/** Writes the OpenAPI document and the client from the endpoints' declarations. Part of `npm run generate`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { API_DOCUMENT, emitApiDocument } from './checks/api-document.mjs';
import { pinnedNode, projectEnv, projectRoot } from './runtime/project.mjs';

const path = join(projectRoot, API_DOCUMENT);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, emitApiDocument());
const run = spawnSync(pinnedNode, ['generate.mjs'], {
  cwd: join(projectRoot, 'packages/api-client'),
  env: projectEnv(),
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;
