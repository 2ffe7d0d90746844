/**
 * `npm run bench`: measures the product beside a bare server, in one run. See bench/README.md. Writes
 * bench/results/latest.json and prints the same figures as a table.
 */
import { fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';
import { freePort } from './runtime/ports.mjs';
import { projectRoot } from './runtime/project.mjs';

await ensureInstalled();
if (!handOverToPinnedNode(fileURLToPath(import.meta.url), process.argv.slice(2))) await main();

async function main() {
  const { default: pg } = await import('pg');
  const { percentile, round, send } = await import('../bench/load.mjs');
  const { findProcess, processCpuMs, rssMb, treeCpuMs } = await import('../bench/cpu.mjs');
  const { insertAccounts, removeDeals, requestSearchIndexes, seedAccounts, seedDeals } = await import(
    '../bench/seed.mjs'
  );
  const { dealFiles } = await import('../bench/deals.mjs');
  const { compareViewers, fieldDecisionMs, measureExplain, sayAccess, seedPeople } = await import(
    '../bench/access.mjs'
  );
  const { measureConsumers, sayConsumers } = await import('../bench/consumers.mjs');

  const { measureRollback } = await import('../bench/rollback.mjs');
  const { measureExports } = await import('../bench/exports.mjs');
  const { seedCustomFields } = await import('../bench/custom-fields.mjs');
  const { measureSearch, untilIndexed } = await import('../bench/search.mjs');
  if (process.argv.includes('--web')) return benchWeb();
  const seconds = Number(process.env.PELLUCID_BENCH_SECONDS ?? 4);
  const rounds = Number(process.env.PELLUCID_BENCH_ROUNDS ?? 3);
  const connections = 10;
  /** An operation, `import`, `access` or `consumers`: measures only that and prints the figures without writing them. */
  const only = process.env.PELLUCID_BENCH_ONLY;
  const dataDir = mkdtempSync(join(tmpdir(), 'pellucid-bench-'));
  const port = await freePort();
  const barePort = await freePort();
  const agent = new Agent({ keepAlive: true });
  const say = (line) => process.stdout.write(`${line}\n`);
  let product = await startProduct(dataDir, port);
  let bare;
  try {
    const call = async (method, path, body, headers = {}) => {
      const answer = await send(
        agent,
        port,
        { method, path: `/api/v1${path}`, body: body && JSON.stringify(body) },
        headers,
      );
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
      return { ...answer, body: answer.body ? JSON.parse(answer.body) : undefined };
    };
    const account = { email: 'bench@example.com', password: 'bench-the-product-2026' };
    const registered = await call('POST', '/auth/register', {
      companyName: 'Bench',
      subdomain: 'bench',
      name: 'Bench',
      ...account,
    });
    const tenantId = registered.body.tenant.id;
    const memberId = registered.body.user.memberId;
    const logIn = async (email = account.email) => ({
      authorization: `Bearer ${(await call('POST', '/auth/login', { ...account, email })).body.accessToken}`,
    });

    const ports = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8'));
    const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'));
    const adminUrl =
      process.env.DATABASE_URL ??
      `postgresql://postgres:${encodeURIComponent(secrets.postgresPassword)}@127.0.0.1:${ports.postgres}/pellucid`;
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    say('Seeding 200,000 accounts over 100 tenants …');
    await seedAccounts(admin, { tenantId, memberId });
    if (only === 'search') {
      const each = Number(process.env.PELLUCID_BENCH_DOCUMENTS ?? 0) / 100;
      if (each > 1_010)
        await insertAccounts(
          admin,
          `select id from tenant where subdomain like 'bench-%'`,
          each - 1_010,
          'null::uuid',
        );
      await admin.query('vacuum analyze');
      await requestSearchIndexes(admin, tenantId);
      const index = await untilIndexed(admin, performance.now());
      say(`search index: ${index.documents} documents, ${index.perSecond}/s`);
      await admin.query('vacuum analyze search_document');
      const figures = await measureSearch({ port, connections, seconds, rounds }, await logIn());
      say(`search: ${JSON.stringify(figures)}`);
      return await admin.end();
    }
    say('Seeding 100,000 deals …');
    await seedDeals(admin, { tenantId, memberId });
    const { rows: sample } = await admin.query(
      'select id from account where tenant_id = $1 order by id limit 1000',
      [tenantId],
    );
    const { rows: postmaster } = await admin.query('select pg_backend_pid() as pid');
    const postgresPid = Number(
      readFileSync(`/proc/${postmaster[0].pid}/stat`, 'utf8').split(') ')[1].split(' ')[1],
    );
    await admin.end();

    bare = fork(join(projectRoot, 'bench/bare-server.mjs'), {
      env: {
        ...process.env,
        DATABASE_URL: adminUrl,
        PORT: String(barePort),
        TENANT_ID: tenantId,
        MEMBER_ID: memberId,
      },
    });
    await new Promise((ready) => bare.once('message', ready));
    const apiPid = findProcess(['apps/api/dist/main.js'], { PORT: String(port) });

    // A substring that 0.9 % of the measured tenant's names contain.
    const filter = encodeURIComponent(JSON.stringify({ field: 'name', op: 'contains', value: 'labs 7' }));
    const operations = {
      list: { expect: 200, next: () => ({ method: 'GET', path: '/accounts?limit=50' }) },
      get: {
        expect: 200,
        next: (n) => ({ method: 'GET', path: `/accounts/${sample[n % sample.length].id}` }),
      },
      filter: { expect: 200, next: () => ({ method: 'GET', path: `/accounts?limit=50&filter=${filter}` }) },
      aggregate: {
        expect: 200,
        next: () => ({
          method: 'POST',
          path: '/opportunities/aggregate',
          body: JSON.stringify({
            groupBy: [{ field: 'stage' }],
            measures: [{ fn: 'count' }, { fn: 'sum', field: 'amount' }],
          }),
        }),
      },
      create: {
        expect: 201,
        next: (n) => ({
          method: 'POST',
          path: '/accounts',
          body: JSON.stringify({
            name: `Created ${process.pid} ${n}`,
            industry: 'Technology',
            annualRevenue: '1000',
            employees: 5,
            city: 'Berlin',
          }),
        }),
      },
    };
    const prefixed = (next) => (n) => {
      const given = next(n);
      return { ...given, path: `/api/v1${given.path}` };
    };

    const headers = await logIn();
    await assertSameAnswers(send, agent, { port, barePort, headers, operations });
    const rows = [];
    const roundTrips = {};
    let rss = 0;
    let key = 0;
    for (const [name, operation] of Object.entries(operations)) {
      if (only && only !== name) continue;
      const token = await logIn();
      const timing = await send(agent, port, prefixed(operation.next)(0), {
        ...token,
        ...(name === 'create' ? { 'idempotency-key': `trips-${name}` } : {}),
      });
      roundTrips[name] = Number(
        /"(\d+) round trips/.exec(String(timing.headers['server-timing']))?.[1] ?? Number.NaN,
      );
      const sides = { product: [], bare: [] };
      const measure = async (side) => {
        const pid = side === 'product' ? apiPid : bare.pid;
        const before = [processCpuMs(pid), treeCpuMs(postgresPid)];
        const next = side === 'product' ? prefixed(operation.next) : operation.next;
        const sentHeaders = side === 'product' ? token : {};
        const keyed = side === 'product' && name === 'create';
        const result = await round({
          port: side === 'product' ? port : barePort,
          next,
          headers: sentHeaders,
          ...(keyed ? { headersOf: () => ({ 'idempotency-key': `bench-${key++}` }) } : {}),
          connections,
          seconds,
          expect: operation.expect,
        });
        if (side === 'product') rss = Math.max(rss, rssMb(apiPid));
        sides[side].push({
          ...result,
          cpuApp: (processCpuMs(pid) - before[0]) / result.requests,
          cpuDb: (treeCpuMs(postgresPid) - before[1]) / result.requests,
        });
      };
      // Warm both, then take turns.
      for (const side of ['product', 'bare']) await measure(side);
      for (const side of ['product', 'bare']) sides[side].length = 0;
      for (let turn = 0; turn < rounds; turn++)
        for (const side of turn % 2 ? ['bare', 'product'] : ['product', 'bare']) await measure(side);
      const summary = (results) => {
        const latencies = results.flatMap((r) => r.latencies).sort((a, b) => a - b);
        const mean = (pick) => results.reduce((sum, r) => sum + pick(r), 0) / results.length;
        return {
          rps: Math.round(mean((r) => r.rps)),
          p50: percentile(latencies, 0.5),
          p95: percentile(latencies, 0.95),
          p99: percentile(latencies, 0.99),
          cpuApp: Math.round(mean((r) => r.cpuApp) * 1000) / 1000,
          cpuDb: Math.round(mean((r) => r.cpuDb) * 1000) / 1000,
        };
      };
      const row = { name, product: summary(sides.product), bare: summary(sides.bare) };
      row.ratio = Math.round((row.product.rps / row.bare.rps) * 1000) / 1000;
      rows.push(row);
      const cpu = (side) => `${side.cpuApp} + ${side.cpuDb}`;
      say(
        `${name}: ${row.product.rps} against ${row.bare.rps} req/s, ratio ${row.ratio}, ${roundTrips[name]} round trip(s), CPU ms of app + database ${cpu(row.product)} against ${cpu(row.bare)}`,
      );
    }

    if (only && only in operations) return;
    // They are there for the aggregate only: imports go into an empty table.
    const cleaner = new pg.Client({ connectionString: adminUrl });
    await cleaner.connect();
    await removeDeals(cleaner, tenantId);
    await cleaner.end();
    const rowsPerSecond =
      only && only !== 'import'
        ? 0
        : await measureImport(send, agent, port, await logIn(), dealFiles(8_800), call);
    say(`import: ${rowsPerSecond} deals/s`);
    if (only === 'import') return;
    bare.kill();
    const owner = new pg.Client({ connectionString: adminUrl });
    await owner.connect();
    const rollback =
      only && only !== 'rollback'
        ? undefined
        : await measureRollback({
            port,
            headers: await logIn(),
            db: owner,
            tenantId,
            rows: Number(process.env.PELLUCID_BENCH_ROWS ?? 100_000),
          });
    const exported =
      only && only !== 'exports'
        ? undefined
        : await measureExports({
            port,
            headers: await logIn(),
            workerPid: findProcess(['apps/worker/dist/main.js'], { PELLUCID_DATA_DIR: dataDir }),
          });
    if (exported)
      say(
        `exports: ${exported.csv} rows/s as CSV (target: at least 20,000), ${exported.xlsx} as XLSX, ${exported.jsonl} as JSON lines; worker ${exported.memoryMb.peak} MB for ${exported.memoryMb.rows} rows, ${exported.memoryMb.ofAll} MB for ${exported.rows}`,
      );
    if (only === 'exports') return owner.end();
    if (rollback)
      say(
        `rollback: ${rollback.rows} rows in ${rollback.seconds} s, ${rollback.rowsPerSecond} rows/s (target: at most 60 s)`,
      );
    if (only === 'rollback') return owner.end();
    const workerPid = findProcess(['apps/worker/dist/main.js'], { PELLUCID_DATA_DIR: dataDir });
    const consumers =
      only === 'access'
        ? undefined
        : await measureConsumers(
            { port, connections, seconds, rounds, apiPid, workerPid, postgresPid },
            owner,
            prefixed(operations.create.next),
            await logIn(),
          );
    if (consumers) sayConsumers(consumers, say);
    if (only === 'consumers') return owner.end();
    say('Giving the accounts to 200 people in teams …');
    const people = await seedPeople(owner, { tenantId, email: account.email });
    say('Giving the accounts of another company fifty fields of its own …');
    const custom = { email: 'custom@example.com', password: account.password };
    const second = (
      await call('POST', '/auth/register', {
        ...custom,
        companyName: 'Custom',
        subdomain: 'custom',
        name: 'Custom',
      })
    ).body;
    await insertAccounts(
      owner,
      `select '${second.tenant.id}'::uuid as id`,
      100_000,
      `'${second.user.memberId}'::uuid`,
    );
    await seedCustomFields(owner, second.tenant.id);
    await owner.end();
    const tokens = { admin: await logIn(), custom: await logIn(custom.email) };
    for (const [name, { email }] of Object.entries(people)) tokens[name] = await logIn(email);
    const load = {
      port,
      connections,
      seconds: Math.max(1, seconds / 2),
      rounds: rounds * 2,
      apiPid,
      postgresPid,
    };
    const access = {
      fieldDecisionMs: await fieldDecisionMs(),
      explain: await measureExplain({
        agent,
        port,
        headers: tokens.admin,
        subject: people.rep.memberId,
        records: sample,
      }),
      ...(await compareViewers(load, tokens)),
    };
    sayAccess(access, say);
    if (only) return;
    await product.stop();
    const begin = performance.now();
    product = await startProduct(dataDir, port);
    const bootMs = Math.round(performance.now() - begin);

    const result = {
      at: new Date().toISOString(),
      machine: { cores: cpus().length, model: cpus()[0]?.model, node: process.version },
      ratios: Object.fromEntries(rows.map((r) => [r.name, r.ratio])),
      rows,
      roundTrips,
      rssMb: rss,
      bootMs,
      import: { rowsPerSecond },
      rollback,
      exports: exported,
      consumers,
      access,
    };
    mkdirSync(join(projectRoot, 'bench/results'), { recursive: true });
    writeFileSync(join(projectRoot, 'bench/results/latest.json'), `${JSON.stringify(result, null, 2)}\n`);
    printTable(rows, say);
    say(`API memory under load ${rss} MB, second start ${bootMs} ms, import ${rowsPerSecond} deals/s`);
  } finally {
    agent.destroy();
    bare?.kill();
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** `npm run bench -- --web`: measures the web app in a browser. Writes bench/results/web.json. */
async function benchWeb() {
  const { measureWeb } = await import('../bench/web.mjs');
  const dataDir = mkdtempSync(join(tmpdir(), 'pellucid-bench-'));
  const port = await freePort();
  const product = await startProduct(dataDir, port, ['--demo']);
  try {
    const measured = await measureWeb({
      url: `http://localhost:${port}`,
      account: { email: 'demo@pellucid.example', password: 'walk-along-the-tideline' },
      rounds: Number(process.env.PELLUCID_BENCH_ROUNDS ?? 3),
      say: (line) => process.stdout.write(`${line}\n`),
    });
    const result = { at: new Date().toISOString(), cores: cpus().length, ...measured };
    mkdirSync(join(projectRoot, 'bench/results'), { recursive: true });
    writeFileSync(join(projectRoot, 'bench/results/web.json'), `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Starts the product and waits for the last line it prints. */
async function startProduct(dataDir, port, args = []) {
  const child = spawn(process.execPath, [join(projectRoot, 'scripts/start.mjs'), ...args], {
    cwd: projectRoot,
    env: {
      ...process.env,
      PORT: String(port),
      PELLUCID_DATA_DIR: dataDir,
      PELLUCID_RATE_LIMITS: 'off',
      PELLUCID_SERVER_TIMING: 'on',
      PELLUCID_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  await new Promise((ready, fail) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Pellucid is ready')) ready(undefined);
    });
    child.once('exit', (code) => fail(new Error(`npm start ended with ${code}:\n${output}`)));
  });
  const exited = new Promise((gone) => child.once('exit', gone));
  return {
    pid: child.pid,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The ratio means nothing unless both answer with the same records. */
async function assertSameAnswers(send, agent, { port, barePort, headers, operations }) {
  for (const name of ['list', 'get', 'filter', 'aggregate']) {
    const given = operations[name].next(0);
    const ours = await send(agent, port, { ...given, path: `/api/v1${given.path}` }, headers);
    const theirs = await send(agent, barePort, given);
    const data = (answer) => {
      const body = JSON.parse(answer.body);
      return JSON.stringify(body.data ?? body);
    };
    if (data(ours) !== data(theirs))
      throw new Error(
        `the servers differ on ${name}:\n${data(ours).slice(0, 900)}\n${data(theirs).slice(0, 900)}`,
      );
  }
}

/** Imports accounts, products and deals from files. Returns deals per second, from upload to completion. */
async function measureImport(send, agent, port, headers, files, call) {
  const run = async (text, options) => {
    const boundary = 'bench-boundary';
    const part = (disposition, content) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
    const body = `${part('name="options"', JSON.stringify(options))}${part('name="file"; filename="bench.csv"', text)}--${boundary}--\r\n`;
    const begin = performance.now();
    const taken = await send(
      agent,
      port,
      {
        method: 'POST',
        path: '/api/v1/imports',
        body,
        contentType: `multipart/form-data; boundary=${boundary}`,
      },
      headers,
    );
    if (taken.status !== 202) throw new Error(`import refused: ${taken.status} ${taken.body}`);
    const { id } = JSON.parse(taken.body);
    for (;;) {
      await new Promise((wait) => setTimeout(wait, 50));
      const { body: state } = await call('GET', `/imports/${id}`, undefined, headers);
      if (['completed', 'failed', 'cancelled'].includes(state.status)) {
        if (state.status !== 'completed' || state.counts.failed)
          throw new Error(`import ended ${JSON.stringify(state)}`);
        return { seconds: (performance.now() - begin) / 1000, counts: state.counts };
      }
    }
  };
  await run(files.accounts, { object: 'account', mode: 'create', mapping: { name: 'name' } });
  await run(files.products, { object: 'product', mode: 'create', mapping: { name: 'name' } });
  const { seconds, counts } = await run(files.deals, {
    object: 'opportunity',
    mode: 'upsert',
    matchBy: ['externalId'],
    mapping: {
      opportunity_id: 'externalId',
      product: 'product',
      account: 'account',
      deal_stage: 'stage',
      engage_date: 'engageDate',
      close_date: 'closeDate',
      close_value: 'amount',
    },
  });
  return Math.round(counts.total / seconds);
}

function printTable(rows, say) {
  const cells = rows.map((r) => [
    r.name,
    ...[r.product, r.bare].flatMap((s) => [s.rps, s.p50, s.p95, s.p99, s.cpuApp, s.cpuDb]),
    r.ratio,
  ]);
  const head = [
    '',
    'req/s',
    'p50',
    'p95',
    'p99',
    'cpu app',
    'cpu db',
    'bare',
    'p50',
    'p95',
    'p99',
    'cpu app',
    'cpu db',
    'ratio',
  ];
  for (const line of [head, ...cells]) say(line.map((c) => String(c).padStart(8)).join(' '));
}
