/** The run of the bench: what is seeded, measured and written, in order. */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../scripts/runtime/ports.mjs';
import { projectRoot } from '../scripts/runtime/project.mjs';
import {
  compareViewers,
  fieldDecisionMs,
  isComparison,
  measureExplain,
  sayAccess,
  seedPeople,
} from './access.mjs';
import { measureBesideBare, operationsOn, prefixed, printTable } from './beside-bare.mjs';
import { measureBulk } from './bulk.mjs';
import { measureConsumers, sayConsumers } from './consumers.mjs';
import { findProcess, untilIdle } from './cpu.mjs';
import { seedCustomFields } from './custom-fields.mjs';
import { seedCustomObject } from './custom-objects.mjs';
import { dealFiles } from './deals.mjs';
import { measureDefinitions } from './definitions.mjs';
import { measureExports } from './exports.mjs';
import { measureDuplicates, measureImport } from './imports.mjs';
import { adminUrlOf, apiOf, startProduct } from './product.mjs';
import { measureRollback } from './rollback.mjs';
import { benchSearch } from './search.mjs';
import { measureTimeline } from './timeline.mjs';
import { insertAccounts, removeDeals, seedAccounts, seedDeals } from './seed.mjs';

/** Number of accounts that the measured company has at first. */
const SEEDED = 100_000;

const say = (line) => process.stdout.write(`${line}\n`);

/**
 * Runs the bench. @param {string | undefined} only an operation or a part of the bench: measures only that and prints the figures
 * without writing them
 */
export async function benchProduct(only) {
  const dataDir = mkdtempSync(join(tmpdir(), 'pellucid-bench-'));
  const port = await freePort();
  const agent = new Agent({ keepAlive: true });
  const bench = {
    dataDir,
    port,
    barePort: await freePort(),
    agent,
    say,
    connections: 10,
    seconds: Number(process.env.PELLUCID_BENCH_SECONDS ?? 4),
    rounds: Number(process.env.PELLUCID_BENCH_ROUNDS ?? 3),
    product: await startProduct(dataDir, port),
  };
  try {
    await seed(bench);
    if (only === 'search') return await benchSearch(bench);
    await startBare(bench);
    await measure(bench, only);
  } finally {
    agent.destroy();
    bench.bare?.kill();
    await bench.admin?.end();
    await bench.product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Makes the measured company and the records of all. */
async function seed(bench) {
  const { agent, port, dataDir } = bench;
  const { call, logIn, register } = apiOf(agent, port);
  const company = await register('bench');
  const adminUrl = adminUrlOf(dataDir);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  Object.assign(bench, {
    call,
    register,
    company,
    adminUrl,
    admin,
    logIn: (email = company.email) => logIn(email),
  });
  say('Seeding 200,000 accounts over 100 tenants …');
  await seedAccounts(admin, company);
}

/** Starts the bare server, and finds the processes whose CPU time is measured. */
async function startBare(bench) {
  const { admin, adminUrl, barePort, company, dataDir, port } = bench;
  say('Seeding 100,000 deals …');
  await seedDeals(admin, company);
  const { rows } = await admin.query('select pg_backend_pid() as pid');
  const parent = readFileSync(`/proc/${rows[0].pid}/stat`, 'utf8').split(') ')[1].split(' ')[1];
  bench.bare = fork(join(projectRoot, 'bench/bare-server.mjs'), {
    env: {
      ...process.env,
      DATABASE_URL: adminUrl,
      PORT: String(barePort),
      TENANT_ID: company.tenantId,
      MEMBER_ID: company.memberId,
    },
  });
  await new Promise((ready) => bench.bare.once('message', ready));
  Object.assign(bench, {
    postgresPid: Number(parent),
    apiPid: findProcess(['apps/api/dist/main.js'], { PORT: String(port) }),
    workerPid: findProcess(['apps/worker/dist/main.js'], { PELLUCID_DATA_DIR: dataDir }),
  });
}

async function measure(bench, only) {
  const { admin, company, logIn } = bench;
  const { rows: sample } = await admin.query(
    'select id from account where tenant_id = $1 order by id limit 1000',
    [company.tenantId],
  );
  const operations = operationsOn(sample);
  const isMeant = (part) => !only || only === part;
  let compared;
  if (!only || only in operations) {
    compared = await measureBesideBare(bench, operations, only);
    if (only) return;
  }
  const parts = {};
  if (isMeant('timeline')) {
    parts.timeline = await measureTimeline(bench);
    if (only) return;
  }
  // They are there for the aggregate and the timeline only: imports go into an empty table.
  await removeDeals(admin, company.tenantId);
  if (isMeant('import')) parts.import = await importPart(bench);
  bench.bare.kill();
  if (isMeant('rollback')) parts.rollback = await rollbackPart(bench);
  if (isMeant('bulk')) parts.bulk = await bulkPart(bench);
  if (isMeant('exports')) parts.exports = await exportsPart(bench);
  if (isMeant('consumers')) {
    const { create } = operations;
    await untilIdle(bench);
    parts.consumers = await measureConsumers(bench, admin, prefixed(create.next), await logIn());
    sayConsumers(parts.consumers, say);
  }
  if (isMeant('access') || isComparison(only)) parts.access = await accessPart(bench, sample, only);
  // Its rule stays, so it comes after what is measured without one.
  if (isMeant('duplicates')) parts.duplicates = await duplicatesPart(bench);
  if (isMeant('definitions')) parts.definitions = await definitionsPart(bench);
  if (!only) await write(bench, compared, parts);
}

async function importPart(bench) {
  const deals = Number(process.env.PELLUCID_BENCH_ROWS ?? 50_000);
  const found = await measureImport(bench, await bench.logIn(), dealFiles(deals));
  say(`import: ${found.rowsPerSecond} deals/s, ${found.cpuMs} ms CPU a row, ${found.rows} rows`);
  return found;
}

async function duplicatesPart(bench) {
  const rows = Number(process.env.PELLUCID_BENCH_ROWS ?? 50_000);
  const { without, checked, cost } = await measureDuplicates(bench, await bench.logIn(), rows);
  say(
    `duplicates: ${checked.rowsPerSecond} rows/s imported with an exact rule (target: at least 3,000), ${checked.cpuMs} ms CPU a row, ${checked.refused} of ${checked.rows} refused; without rules ${without.rowsPerSecond} rows/s, ${without.cpuMs} ms; ratio of CPU ${cost}`,
  );
  return { without, checked, cost };
}

async function definitionsPart(bench) {
  const found = await measureDefinitions(bench);
  say(
    `definitions: a change is seen by another process within ${found.seenMs.most} ms (target: at most ${found.seenMs.target}); ${found.memory.tenants} companies with ${found.memory.fields} fields take ${found.memory.megabytes} MB (target: at most ${found.memory.target})`,
  );
  return found;
}

async function rollbackPart({ admin, company, logIn, port, workerPid, postgresPid }) {
  const found = await measureRollback({
    port,
    headers: await logIn(),
    db: admin,
    tenantId: company.tenantId,
    workerPid,
    postgresPid,
    rows: Number(process.env.PELLUCID_BENCH_ROWS ?? 100_000),
  });
  say(
    `preview: ${found.rows} rows in ${found.previewSeconds} s (target: at most 40 s), ${found.cpuMs.preview} ms CPU a row; import ${Math.round(found.rows / found.importSeconds)} rows/s (target: at least 3,000), ${found.cpuMs.import} ms`,
  );
  say(
    `rollback: ${found.rows} rows in ${found.seconds} s, ${found.rowsPerSecond} rows/s (target: at most 60 s), ${found.cpuMs.rollback} ms CPU a row`,
  );
  return found;
}

async function bulkPart(bench) {
  const found = await measureBulk(bench, await bench.logIn());
  say(
    `bulk: ${found.rowsPerSecond} rows/s updated (target: at least 5,000), ${found.cpuMs} ms CPU a row, ${found.rows} rows`,
  );
  return found;
}

async function exportsPart({ admin, company, port, logIn, workerPid, postgresPid }) {
  const rows = Math.max(SEEDED, Number(process.env.PELLUCID_BENCH_ROWS ?? SEEDED));
  if (rows > SEEDED) {
    say(`Seeding ${rows - SEEDED} more accounts …`);
    const tenant = `select '${company.tenantId}'::uuid as id`;
    for (let n = SEEDED; n < rows; n += SEEDED)
      await insertAccounts(admin, tenant, Math.min(SEEDED, rows - n), `'${company.memberId}'::uuid`);
    await admin.query('analyze account');
  }
  await untilIdle({ workerPid, postgresPid });
  const found = await measureExports({ port, headers: await logIn(), workerPid, rows });
  const { memoryMb } = found;
  say(
    `exports: ${found.csv} rows/s as CSV (target: at least 20,000), ${found.xlsx} as XLSX, ${found.jsonl} as JSON lines; worker ${memoryMb.peak} MB for ${memoryMb.rows} rows, ${memoryMb.ofAll} MB for ${found.rows} (XLSX: ${memoryMb.ofXlsx} MB)`,
  );
  return found;
}

async function accessPart(bench, sample, only) {
  const { admin, agent, apiPid, call, company, connections, logIn, port, postgresPid, register } = bench;
  say('Giving the accounts to 200 people in teams …');
  const people = await seedPeople(admin, company);
  say('Giving another company fifty fields of accounts, and an object of its own …');
  const second = await register('custom');
  await insertAccounts(
    admin,
    `select '${second.tenantId}'::uuid as id`,
    100_000,
    `'${second.memberId}'::uuid`,
  );
  await seedCustomFields(admin, second.tenantId);
  await seedCustomObject(admin, call, await logIn(second.email), second);
  const tokens = { admin: await logIn(), custom: await logIn(second.email) };
  for (const [name, { email }] of Object.entries(people)) tokens[name] = await logIn(email);
  const load = {
    port,
    connections,
    seconds: Math.max(1, bench.seconds / 2),
    rounds: bench.rounds * 2,
    apiPid,
    postgresPid,
  };
  const single = isComparison(only) ? only : undefined;
  const found = {
    ...(single
      ? {}
      : {
          fieldDecisionMs: await fieldDecisionMs(),
          explain: await measureExplain({
            agent,
            port,
            headers: tokens.admin,
            subject: people.rep.memberId,
            records: sample,
          }),
        }),
    ...(await compareViewers(load, tokens, single)),
  };
  sayAccess(found, say);
  return found;
}

/** Measures the second start, and writes and prints everything. */
async function write(bench, { rows, roundTrips, rssMb }, parts) {
  await bench.admin.end();
  bench.admin = undefined;
  await bench.product.stop();
  const begin = performance.now();
  bench.product = await startProduct(bench.dataDir, bench.port);
  const bootMs = Math.round(performance.now() - begin);
  const result = {
    at: new Date().toISOString(),
    machine: { cores: cpus().length, model: cpus()[0]?.model, node: process.version },
    ratios: Object.fromEntries(rows.map((r) => [r.name, r.ratio])),
    rows,
    roundTrips,
    rssMb,
    bootMs,
    ...parts,
  };
  mkdirSync(join(projectRoot, 'bench/results'), { recursive: true });
  writeFileSync(join(projectRoot, 'bench/results/latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  printTable(rows, say);
  say(`API memory under load ${rssMb} MB, second start ${bootMs} ms`);
}
