/** The operations that the bare server answers too, measured on both sides in turn. */
import { processCpuMs, rssMb, treeCpuMs } from './cpu.mjs';
import { percentile, round, send } from './load.mjs';

// A substring that 0.9 % of the measured tenant's names contain.
const filter = encodeURIComponent(JSON.stringify({ field: 'name', op: 'contains', value: 'labs 7' }));

/** Returns the operations by name. @param {{id: string}[]} sample accounts of the measured company */
export function operationsOn(sample) {
  return {
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
}

/** Returns the requests of an operation as the product takes them. */
export const prefixed = (next) => (n) => {
  const given = next(n);
  return { ...given, path: `/api/v1${given.path}` };
};

/** The ratio means nothing unless both answer with the same records. */
async function assertSameAnswers(agent, { port, barePort, headers, operations }) {
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

/**
 * Measures operations of the product beside the bare server, in turn.
 * @param {object} bench the running bench
 * @param {string | undefined} only the name of an operation, if no other is to be measured
 * @returns the rows, the round trips of each operation, and the highest memory of the API
 */
export async function measureBesideBare(bench, operations, only) {
  const { agent, port, barePort, logIn, connections, seconds, rounds, apiPid, postgresPid, say } = bench;
  await assertSameAnswers(agent, { port, barePort, headers: await logIn(), operations });
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
      const pid = side === 'product' ? apiPid : bench.bare.pid;
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
  return { rows, roundTrips, rssMb: rss };
}

/** Prints the rows as a table. */
export function printTable(rows, say) {
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
