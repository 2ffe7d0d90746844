import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordDescriptors } from '@pellucid/modules/lists/records';
import { documentText } from '@pellucid/platform/http';
import type { RecordDescriptor } from '@pellucid/platform/records';
import { expect, test } from 'vitest';
import { declaredDocument } from './declared-document.js';

/** How many objects the product will have before long. */
const OBJECTS = 30;
/**
 * Most of the document and the client for that many, without operations that belong to no object. A kind of
 * operation that every object has raises it.
 */
const DOCUMENT_BYTES = 855_000;
const CLIENT_LINES = 7_400;
/** Most that an operation that belongs to no object may cost on average: features bring such. */
const DOCUMENT_BYTES_PER_OPERATION = 1_500;
const CLIENT_LINES_PER_OPERATION = 62;
/** Most that a further object like those of the product may cost. A kind of operation that every object has takes some 500 bytes of it. */
const DOCUMENT_BYTES_PER_OBJECT = 20_600;
const CLIENT_LINES_PER_OBJECT = 90;

const generator = fileURLToPath(new URL('../../../packages/api-client/generate.mjs', import.meta.url));

/** The same object under another name. */
function copyOf(d: RecordDescriptor, n: number): RecordDescriptor {
  const [key, plural] = [`${d.key}Copy${n}`, `${d.plural}-copy-${n}`];
  return { ...d, key, plural, label: `${d.label} copy ${n}`, pluralLabel: `${d.pluralLabel} copy ${n}` };
}

/** Sizes of the document and of the client that is generated from it, and how many operations belong to no object. */
async function sizes(): Promise<{ bytes: number; lines: number; operations: number }> {
  const document = await declaredDocument();
  const text = documentText(document);
  const operations = Object.values(document.paths ?? {})
    .flatMap((path): object[] => Object.values(path as object))
    .filter((operation) => 'responses' in operation && !('x-object' in operation)).length;
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-api-growth-'));
  try {
    const [input, output] = [join(folder, 'openapi.json'), join(folder, 'client')];
    writeFileSync(input, text);
    const run = spawnSync(process.execPath, [generator, '--input', input, '--output', output], {
      encoding: 'utf8',
    });
    expect(run.status, run.stderr).toBe(0);
    const lines = readdirSync(output, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').length - 1)
      .reduce((sum, count) => sum + count, 0);
    return { bytes: Buffer.byteLength(text), lines, operations };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test(`the API document and its client stay small with ${OBJECTS} objects`, async () => {
  const own = [...recordDescriptors];
  const copies = Array.from({ length: OBJECTS - own.length }, (_, n) => copyOf(own[n % own.length]!, n));
  const now = await sizes();
  recordDescriptors.push(...copies);
  const then = await sizes().finally(() => recordDescriptors.splice(own.length));
  expect(then.operations).toBe(now.operations);
  const { operations } = now;
  expect(then.bytes, 'bytes of the document').toBeLessThan(
    DOCUMENT_BYTES + operations * DOCUMENT_BYTES_PER_OPERATION,
  );
  expect(then.lines, 'lines of the client').toBeLessThan(
    CLIENT_LINES + operations * CLIENT_LINES_PER_OPERATION,
  );
  const each = (key: 'bytes' | 'lines') => (then[key] - now[key]) / copies.length;
  expect(each('bytes'), 'bytes of a further object').toBeLessThan(DOCUMENT_BYTES_PER_OBJECT);
  expect(each('lines'), 'lines of a further object').toBeLessThan(CLIENT_LINES_PER_OBJECT);
});
