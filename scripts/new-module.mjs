/**
 * Creates the module of a new object: a folder, a Prisma schema file, a migration and an entry in the module graph.
 * Then runs the generators. docs/how-to/add-an-object.md describes the next steps.
 *
 *   npm run new:module service-contracts
 *   npm run new:module oxen -- --singular ox
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { moduleFiles } from './module-template/files.mjs';
import { objectNames } from './module-template/names.mjs';
import { pinnedNode, projectEnv, projectRoot } from './runtime/project.mjs';

/** The tier of record modules until they need something of another tier (docs/architecture.md). */
const TIER = 1;

try {
  makeModule();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function makeModule() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { singular: { type: 'string' } },
  });
  if (positionals.length !== 1)
    throw new Error('Usage: npm run new:module <plural-name> [-- --singular <name>]');
  const names = objectNames(positionals[0], values.singular);
  const graphPath = join(projectRoot, 'packages/modules/module-graph.json');
  const graph = JSON.parse(readFileSync(graphPath, 'utf8'));
  assertFree(names, graph);
  const files = moduleFiles(names, `${nextMigrationTime()}_${names.plural.replaceAll('-', '_')}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(projectRoot, path)), { recursive: true });
    writeFileSync(join(projectRoot, path), text);
  }
  graph.modules[names.plural] = { tier: TIER, uses: [] };
  writeFileSync(graphPath, `${JSON.stringify(graph, null, 2)}\n`);
  for (const script of ['generate.mjs', 'generate-api.mjs']) {
    const run = spawnSync(pinnedNode, [join('scripts', script)], {
      cwd: projectRoot,
      env: projectEnv(),
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`scripts/${script} failed:\n${run.stdout}${run.stderr}`);
  }
  console.log(`${Object.keys(files)
    .map((path) => `  ${path}`)
    .join('\n')}
  packages/modules/module-graph.json
Describe its fields in packages/modules/src/${names.plural}/${names.plural}.record.ts, then \`npm start\`: it migrates and serves
/api/v1/${names.plural}. Only Company Admin and Read Only see it yet: see \`roles\` in docs/how-to/add-an-object.md.`);
}

/** @throws Error when something with that name exists */
function assertFree(names, graph) {
  const source = join(projectRoot, 'packages/modules/src');
  if (graph.modules[names.plural] || existsSync(join(source, names.plural)))
    throw new Error(`A module "${names.plural}" already exists.`);
  const described = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.record.ts'),
  );
  const taken = described.find((file) =>
    new RegExp(`(?:key|plural|table): '(?:${names.key}|${names.plural}|${names.table})'`).test(
      readFileSync(join(source, file), 'utf8'),
    ),
  );
  if (taken) throw new Error(`packages/modules/src/${taken} already describes an object of that name.`);
  const schema = join(projectRoot, 'prisma/schema');
  const models = readdirSync(schema)
    .map((file) => readFileSync(join(schema, file), 'utf8'))
    .join('\n');
  if (new RegExp(`^model ${names.type} \\{|@@map\\("${names.table}"\\)`, 'm').test(models))
    throw new Error(`prisma/schema already has a model ${names.type} or a table ${names.table}.`);
}

/** The current time, but later than every existing migration, since they are applied in order of their names. */
function nextMigrationTime() {
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const last = readdirSync(join(projectRoot, 'prisma/migrations'))
    .map((name) => /^\d{14}(?=_)/.exec(name)?.[0])
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  return last !== undefined && last >= now ? String(BigInt(last) + 1n) : now;
}
