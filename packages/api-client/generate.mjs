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
  removeServerSentEvents(folder);
}

/**
 * Takes server-sent events out of the client. The product sends none, and each page would load the code for them.
 * @throws Error if the generator writes something else than expected, as a new version may
 */
function removeServerSentEvents(folder) {
  const parts = {
    'client/client.gen.ts': [
      /import \{ createSseClient \} from .*\n/,
      /\n {2}const makeSseFn = [\s\S]*?\n {2}\};\n(?=\n)/,
      / {4}sse: \{\n[\s\S]*?\n {4}\},\n/,
    ],
    'client/types.gen.ts': [/(?<=export type Client = CoreClient<[^>]*), SseFn(?=>)/],
  };
  for (const [file, removed] of Object.entries(parts)) {
    let text = readFileSync(join(folder, file), 'utf8');
    for (const part of removed) {
      if (!part.test(text)) throw new Error(`${file}: nothing matches ${part}, so correct generate.mjs`);
      text = text.replace(part, '');
    }
    writeFileSync(join(folder, file), text);
  }
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
