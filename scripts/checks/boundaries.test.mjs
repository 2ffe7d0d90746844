/** For each boundary rule, a tree of files that breaks only this rule. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../runtime/project.mjs';
import { boundaryViolations } from './boundaries.mjs';
import { fieldTypeNames } from './field-type-names.mjs';
import { sourceFiles } from './imports.mjs';
import { describedObjects, NAMES_OBJECTS, namedObjects } from './object-keys.mjs';
import { unusedTableExemptions } from './tables.mjs';

const fixtures = join(projectRoot, 'scripts/fixtures/boundaries');
const source = ['boundaries.mjs', 'refused-texts.mjs']
  .map((file) => readFileSync(join(projectRoot, 'scripts/checks', file), 'utf8'))
  .join('\n');
const broken = new Set();

for (const name of readdirSync(fixtures).sort()) {
  test(`the planted violation "${name}" is found, with its mend`, () => {
    const root = join(fixtures, name);
    const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8'));
    const found = boundaryViolations(root);
    assert.deepEqual([...new Set(found.map(({ rule }) => rule))], [expected.rule]);
    assert.ok(found[0].message.includes(expected.message), found[0].message);
    broken.add(expected.rule);
  });
}

test('the names of the field types are known', () => {
  const names = fieldTypeNames(projectRoot);
  for (const name of ['text', 'longText', 'reference']) assert.ok(names.has(name), name);
});

test('every way to ask for a field type by its name is found, and declarations are left alone', () => {
  const found = boundaryViolations(join(fixtures, 'engine-asks-for-a-type'));
  assert.deepEqual(
    found.map(({ where }) => where.split('/').at(-1)),
    [6, 7, 9, 10, 11, 12, 16].map((line) => `engine.ts:${line}`),
  );
});

test('every way to name an object in generic code is found, and words that mean something else are left alone', () => {
  const found = boundaryViolations(join(fixtures, 'engine-names-an-object'));
  assert.deepEqual(
    found.map(({ where }) => where.split('/src/').at(-1)),
    [
      'records/presentation.ts:1',
      'search/index.ts:1',
      ...[2, 3, 5, 9, 12, 13].map((line) => `engine.ts:${line}`),
    ],
  );
});

test('every file that may name objects still does', () => {
  const graph = JSON.parse(readFileSync(join(projectRoot, 'packages/modules/module-graph.json'), 'utf8'));
  const { keys } = describedObjects(projectRoot, graph.modules);
  const files = ['apps/web', 'packages/modules', 'packages/platform'].flatMap((part) =>
    sourceFiles(projectRoot, part),
  );
  const namesObjects = (file) =>
    namedObjects(file, readFileSync(join(projectRoot, file), 'utf8'), keys).length > 0;
  for (const path of Object.keys(NAMES_OBJECTS))
    assert.ok(
      files.some(
        (file) => (path.endsWith('/') ? file.startsWith(path) : file === path) && namesObjects(file),
      ),
      path,
    );
});

test('SQL that names a table of another module is found in strings and templates, and nothing else is', () => {
  const found = boundaryViolations(join(fixtures, 'table-of-another-module'));
  assert.deepEqual(
    found.map(({ where }) => where.split('/').at(-1)),
    [2, 5, 6].map((line) => `quotes.repository.ts:${line}`),
  );
});

test('every exemption for a table is for a table that there is, and is used', () => {
  assert.deepEqual(unusedTableExemptions(projectRoot), []);
});

test('every rule has a tree that breaks it', () => {
  const rules = new Set([...source.matchAll(/(?:report|at)\(\s*'([a-z0-9-]+)'/g)].map((match) => match[1]));
  assert.deepEqual([...rules].sort(), [...broken].sort());
});

test('the command fails on a violation and names file, line and fix', () => {
  const check = join(projectRoot, 'scripts/check-boundaries.mjs');
  const run = spawnSync(process.execPath, [check, join(fixtures, 'service-takes-the-pool')], {
    encoding: 'utf8',
  });
  assert.equal(run.status, 1);
  assert.match(
    run.stderr,
    /deals\.service\.ts:1\n {2}only-repositories-query: TenantPool is for repositories/,
  );
});
