/** Fails when the committed OpenAPI document differs from what the endpoints declare, or Redocly reports a problem. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_DOCUMENT, changedOperations, emitApiDocument, lintApiDocument } from './checks/api-document.mjs';
import { projectRoot } from './runtime/project.mjs';

const path = join(projectRoot, API_DOCUMENT);
const committed = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
const emitted = emitApiDocument();
if (committed !== emitted) {
  const changed = changedOperations(committed, emitted).slice(0, 20).join(', ') || 'schemas only';
  console.error(`${API_DOCUMENT} is out of date (${changed}): run \`npm run generate\` and commit.`);
  process.exitCode = 1;
}
const problems = lintApiDocument(API_DOCUMENT);
if (problems) {
  console.error(problems);
  process.exitCode = 1;
}
