/**
 * Generates src/generated from the OpenAPI document. The same document always results in the same bytes.
 *
 * node generate.mjs [--input <document>] [--check]
 * --check writes nothing and exits with 1 if the committed client differs from what the document results in.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const committed = join(here, 'src/generated');
const { values } = parseArgs({ options: { input: { type: 'string' }, check: { type: 'boolean' } } });
const input = resolve(values.input ?? join(here, '../../docs/api/openapi.json'));

async function generateInto(folder) {
  await createClient({
    input,
    output: { path: folder, postProcess: [] },
    logs: { level: 'error', file: false },
    plugins: [
      { name: '@hey-api/client-fetch', throwOnError: true },
      '@hey-api/typescript',
      { name: '@hey-api/sdk', responseStyle: 'data' },
      {
        name: '@tanstack/react-query',
        queryOptions: true,
        infiniteQueryOptions: false,
        mutationOptions: true,
      },
    ],
  });
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

if (!values.check) {
  await generateInto(committed);
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
