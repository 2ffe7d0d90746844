/**
 * The search over all objects: p95 of what people type, at 10 connections, over as many documents as the product has made
 * of the seeded records of 100 tenants. Also how fast the worker makes them.
 */
import { percentile, round } from './load.mjs';
import { insertAccounts, requestSearchIndexes } from './seed.mjs';

/** What people type: beginnings, words, two words, a typo, a phone number, nothing that exists, two letters. */
export const SEARCHES = [
  'quan',
  'harbor labs',
  'cedar robotics 77',
  'granite berlin',
  'logistcs',
  'wilow foods',
  '45678',
  'zzyzx',
  'no',
  'summit 4242',
];

/** Waits until every tenant's index is built. @returns {Promise<{documents: number, perSecond: number}>} */
export async function untilIndexed(admin, since) {
  for (;;) {
    const { rows } = await admin.query(`select (select count(*) from search_document)::int as documents,
      not exists (select from tenant t where not exists (select from search_class c where c.tenant_id = t.id))
        and not exists (select from search_class where not is_ready) as done`);
    const { documents, done } = rows[0];
    const seconds = (performance.now() - since) / 1000;
    if (done) return { documents, perSecond: Math.round(documents / seconds) };
    await new Promise((next) => setTimeout(next, 1000));
  }
}

/**
 * Measures the search.
 * @param {{port: number, connections: number, seconds: number, rounds: number}} load
 * @param {Record<string, string>} headers of whoever searches
 */
export async function measureSearch(load, headers) {
  const path = (n) => `/api/v1/search?q=${encodeURIComponent(SEARCHES[n % SEARCHES.length])}&limit=12`;
  const latencies = [];
  for (let n = 0; n <= load.rounds; n++) {
    const result = await round({
      ...load,
      headers,
      expect: 200,
      next: (k) => ({ method: 'GET', path: path(k) }),
    });
    // The first round warms up.
    if (n > 0) latencies.push(...result.latencies);
  }
  latencies.sort((a, b) => a - b);
  return {
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    perSecond: Math.round((latencies.length / load.rounds / load.seconds) * 10) / 10,
  };
}

/** Accounts of the company that is as large as the others. */
const AVERAGE = 10_000;

/**
 * Indexes `PELLUCID_BENCH_DOCUMENTS` accounts over 99 companies beside the 100,000 of the measured one, and measures the search of
 * the measured company and of one with as many accounts as the others.
 * @param {object} bench the running bench
 */
export async function benchSearch(bench) {
  const { admin, company, logIn, register, say } = bench;
  const each = Number(process.env.PELLUCID_BENCH_DOCUMENTS ?? 0) / 100;
  if (each > 1_010)
    await insertAccounts(
      admin,
      `select id from tenant where subdomain like 'bench-%'`,
      each - 1_010,
      'null::uuid',
    );
  const average = await register('average');
  await insertAccounts(
    admin,
    `select '${average.tenantId}'::uuid as id`,
    AVERAGE,
    `'${average.memberId}'::uuid`,
  );
  await admin.query('vacuum analyze');
  await requestSearchIndexes(admin, company.tenantId);
  const index = await untilIndexed(admin, performance.now());
  say(`search index: ${index.documents} documents, ${index.perSecond}/s`);
  await admin.query('vacuum analyze search_document');
  for (const [name, { email }] of Object.entries({ average, largest: company }))
    say(`search of the ${name} company: ${JSON.stringify(await measureSearch(bench, await logIn(email)))}`);
}
