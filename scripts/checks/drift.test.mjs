/** Each check finds the violation it is for. The violation is planted in a copy, never in the project. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { projectRoot } from '../runtime/project.mjs';
import { API_DOCUMENT, changedOperations, lintApiDocument } from './api-document.mjs';
import { docProblems } from './docs.mjs';
import { blockingIndexBuilds, migrationDrift, misnamedMigrations } from './migrations.mjs';
import { nameProblems } from './names.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'pellucid-checks-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Writes the files into a new folder. Returns its path. */
function tree(name, files) {
  const root = join(scratch, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('missing paths, links and scripts, and a README too long or missing, are found', () => {
  const files = {
    'package.json': '{"scripts": {"there": "true"}}',
    'docs/guide.md': [
      'See `docs/guide.md`, `packages/modules/src/<domain>/README.md` and [this](guide.md): `npm run there`.',
      'Not `packages/platform/gone.ts`.',
      'Not [that](gone.md).',
      'Not `npm run gone`.',
    ].join('\n'),
    'packages/modules/src/long/README.md': 'line\n'.repeat(31),
    'packages/modules/src/silent/index.ts': '',
  };
  assert.deepEqual(docProblems(tree('docs', files), Object.keys(files)), [
    'docs/guide.md:2: there is no packages/platform/gone.ts. Correct the path or remove the reference.',
    'docs/guide.md:3: the link to gone.md is broken.',
    'docs/guide.md:4: package.json has no script "gone".',
    'packages/modules/src/long/README.md has 31 lines. Keep it to 30 and move the rest next to the code or into docs/.',
    'packages/modules/src/silent/README.md is missing. Describe purpose, invariants, events in and out.',
  ]);
});

test('names of machines, registries and tools, and meaningless names, are found; addresses of the product are not', () => {
  const planted = {
    'src/a.ts': "const file = '/home/somebody/file.txt';",
    'src/b.ts': ["import '..", "shared/data.js';"].join('/'), // split, so that no check sees a violation in this file
    '.npmrc': 'registry=https://npm.internal.example/',
    'src/c.ts': "const url = 'http://192.168.1.7:4873';",
    'src/d.ts': '// as ChatGPT suggested',
    'src/utils.ts': '',
    'src/common/thing.ts': '',
    'src/e.ts': 'export class DealManager {}',
  };
  const innocent = {
    'src/f.ts': "const paths = ['/api/v1/home', './home/page', 'https://example.com/home/page'];",
    '.github/x.yml': ['registry: https://registry.', 'npmjs.org/'].join(''),
  };
  const files = { ...planted, ...innocent };
  const problems = nameProblems(tree('names', files), Object.keys(files));
  assert.deepEqual(problems.map((problem) => problem.split(':')[0]).sort(), Object.keys(planted).sort());
});

test('changed, new and removed operations are named, and a document that Redocly rejects is refused', () => {
  const document = JSON.parse(readFileSync(join(projectRoot, API_DOCUMENT), 'utf8'));
  const before = JSON.stringify(document);
  const [first, second] = Object.keys(document.paths);
  delete document.paths[first];
  const [method] = Object.keys(document.paths[second]);
  document.paths[second][method].summary = 'Something else';
  const changed = changedOperations(before, JSON.stringify(document));
  assert.ok(
    changed.some((name) => name.endsWith(first)) && changed.includes(`${method.toUpperCase()} ${second}`),
  );
  assert.deepEqual(changedOperations(before, before), []);

  delete document.paths[second][method].operationId;
  const path = join(scratch, 'openapi.json');
  writeFileSync(path, JSON.stringify(document));
  assert.match(lintApiDocument(path), /operation-operationId/);
});

test('a client that differs from what the document generates is refused', () => {
  const document = JSON.parse(readFileSync(join(projectRoot, API_DOCUMENT), 'utf8'));
  delete document.paths[Object.keys(document.paths)[0]];
  const path = join(scratch, 'other.json');
  writeFileSync(path, JSON.stringify(document));
  const check = join(projectRoot, 'scripts/check-client.mjs');
  const run = spawnSync(process.execPath, [check, '--input', path], { encoding: 'utf8' });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /client is stale \(.*sdk\/access\.gen\.ts/);
});

test('a table without a migration is named, and so is a migration whose name does not sort by time', async () => {
  const schema = join(scratch, 'schema');
  cpSync(join(projectRoot, 'prisma/schema'), schema, { recursive: true });
  writeFileSync(join(schema, 'planted.prisma'), 'model Planted {\n  id Int @id\n\n  @@map("planted")\n}\n');
  assert.match(await migrationDrift(schema), /planted/);

  mkdirSync(join(scratch, 'migrations/20260101000000_fine'), { recursive: true });
  mkdirSync(join(scratch, 'migrations/later'));
  assert.deepEqual(misnamedMigrations(join(scratch, 'migrations')), ['later']);
});

test('an index or a constraint that blocks writes to an existing table is named; other ways to build one are not', () => {
  const planted = {
    '20260101000000_index': 'CREATE INDEX "planted_idx" ON "account" ("name");',
    '20260101000100_unique': 'create unique index if not exists planted_key\n  on public.account (name);',
    '20260101000200_constraint':
      'ALTER TABLE "account"\n  ADD COLUMN "code" TEXT, ADD CONSTRAINT "planted_code" UNIQUE ("code");',
    '20260101000300_not_alone': 'SELECT 1;\nCREATE INDEX CONCURRENTLY planted_late ON account (name);',
    '20260101000400_generated': "DO $$ BEGIN EXECUTE format('CREATE INDEX %I ON %I (id)', 'a', 'b'); END $$;",
  };
  const innocent = {
    '20260101000500_new_table':
      'CREATE TABLE "fresh" ("id" INT, CONSTRAINT "fresh_pkey" PRIMARY KEY ("id"));\nCREATE INDEX fresh_idx ON "fresh" ("id");',
    '20260101000600_concurrently': '-- Why.\nCREATE INDEX CONCURRENTLY fine_idx ON account (name);\n',
    '20260101000700_partitioned': 'CREATE INDEX fine_parent_idx ON ONLY record_event (id); SELECT 1;',
    '20260101000800_attached': 'ALTER TABLE account ADD CONSTRAINT fine_key UNIQUE USING INDEX fine_idx;',
    '20260101000900_comment': '-- CREATE INDEX never ON account (name);\nSELECT 1;',
    '20261121001200_audit': 'CREATE INDEX exempt_idx ON record_event (id);',
  };
  const files = Object.entries({ ...planted, ...innocent });
  const root = tree('builds', Object.fromEntries(files.map(([name, sql]) => [`${name}/migration.sql`, sql])));
  const problems = blockingIndexBuilds(root);
  assert.deepEqual(
    problems.map((problem) => problem.split(/[/,]/)[2]),
    Object.keys(planted),
  );
  assert.match(problems[0], /planted_idx: .*writes to account\. Use CREATE INDEX CONCURRENTLY/);
});
