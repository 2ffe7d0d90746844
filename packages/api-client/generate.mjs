/**
 * Generates src/generated from the OpenAPI document, by kinds of operations. The same document always results in the
 * same bytes.
 *
 * node generate.mjs [--input <document>] [--output <folder>] [--check]
 * --check writes nothing and exits with 1 if the committed client differs from what the document results in.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { byKind, objectMap } from './by-kind.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const committed = join(here, 'src/generated');
const { values } = parseArgs({
  options: { input: { type: 'string' }, output: { type: 'string' }, check: { type: 'boolean' } },
});
const input = resolve(values.input ?? join(here, '../../docs/api/openapi.json'));

async function generateInto(folder) {
  const { document, objects } = byKind(JSON.parse(readFileSync(input, 'utf8')));
  await createClient({
    input: document,
    output: { path: folder, postProcess: [] },
    logs: { level: 'error', file: false },
    plugins: [
      { name: '@hey-api/client-fetch', throwOnError: true },
      '@hey-api/typescript',
      // The caller's transport authenticates requests.
      { name: '@hey-api/sdk', responseStyle: 'data', auth: false },
    ],
  });
  writeFileSync(join(folder, 'objects.gen.ts'), objectMap(objects));
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

if (!values.check) {
  await generateInto(values.output ? resolve(values.output) : committed);
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'pellucid-client-'));
  try {
    await generateInto(scratch);
    const names = new Set([...filesUnder(committed), ...filesUnder(scratch)]);
    const read = (folder, name) => {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch {
        return undefined;
      }
    };
    const changed = [...names].filter((name) => read(committed, name) !== read(scratch, name));
    if (changed.length) {
      console.error(`The API client is stale (${changed.join(', ')}): run "npm run generate" and commit.`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
