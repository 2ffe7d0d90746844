/** Measures how fast files are imported. */
import { processCpuMs, treeCpuMs, untilIdle } from './cpu.mjs';
import { send } from './load.mjs';

const POLL_MS = 50;
const BOUNDARY = 'bench-boundary';

/**
 * Imports a file, or previews it.
 * @param {object} bench the running bench
 * @param {string} text a CSV file
 * @param {object} options of the import
 * @returns the run as it ended, its seconds from upload to completion, and the CPU time of worker and database for each row
 */
export async function importFile(
  { agent, port, call, workerPid, postgresPid },
  headers,
  text,
  options,
  path = '/imports',
) {
  const part = (disposition, content) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  const body = `${part('name="options"', JSON.stringify(options))}${part('name="file"; filename="bench.csv"', text)}--${BOUNDARY}--\r\n`;
  await untilIdle({ workerPid, postgresPid });
  const cpu = () => processCpuMs(workerPid) + treeCpuMs(postgresPid);
  const [begin, used] = [performance.now(), cpu()];
  const contentType = `multipart/form-data; boundary=${BOUNDARY}`;
  const taken = await send(
    agent,
    port,
    { method: 'POST', path: `/api/v1${path}`, body, contentType },
    headers,
  );
  if (taken.status !== 202) throw new Error(`import refused: ${taken.status} ${taken.body}`);
  const { id } = JSON.parse(taken.body);
  for (;;) {
    await new Promise((wait) => setTimeout(wait, POLL_MS));
    const { body: run } = await call('GET', `/imports/${id}`, undefined, headers);
    if (!['completed', 'failed', 'cancelled'].includes(run.status)) continue;
    if (run.status !== 'completed') throw new Error(`import ended ${JSON.stringify(run)}`);
    const seconds = (performance.now() - begin) / 1000;
    return { run, seconds, cpuMs: rounded((cpu() - used) / run.counts.total) };
  }
}

const rounded = (ms) => Math.round(ms * 1000) / 1000;

/**
 * Imports accounts, products and deals from files.
 * @returns the number of deals, deals per second from upload to completion, and the CPU time of each
 */
export async function measureImport(bench, headers, files) {
  const run = async (text, options) => {
    const imported = await importFile(bench, headers, text, options);
    if (imported.run.counts.failed) throw new Error(`rows failed: ${JSON.stringify(imported.run)}`);
    return imported;
  };
  await run(files.accounts, { object: 'account', mode: 'create', mapping: { name: 'name' } });
  await run(files.products, { object: 'product', mode: 'create', mapping: { name: 'name' } });
  return figures(
    await run(files.deals, {
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
    }),
  );
}

const figures = ({ run: { counts }, seconds, cpuMs }) => ({
  rows: counts.total,
  rowsPerSecond: Math.round(counts.total / seconds),
  cpuMs,
});

/** One row in so many has the website of the row before it, so that a rule finds a duplicate. */
const DUPLICATE_EVERY = 100;

/** A CSV file of accounts. @param first number of the first row @param count rows @param city differs between files */
function accountsFile(prefix, first, count, city) {
  const lines = ['ID,Name,City,Website'];
  for (let n = first; n < first + count; n++) {
    const site = n % DUPLICATE_EVERY === 1 ? n - 1 : n;
    lines.push(`${prefix}-${n},${prefix} ${n},${city},https://${prefix}-${site}.example.com`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Imports accounts, half of them updates of every value that a rule compares, without rules about duplicates and with an exact rule
 * that warns: it holds back one row in a hundred.
 * @returns figures of the import without rules and with the rule, and the rule's share of CPU time
 */
export async function measureDuplicates(bench, headers, rows) {
  const { call } = bench;
  const { body: rules } = await call('GET', '/duplicate-rules', undefined, headers);
  for (const { id } of rules.data)
    await call('PATCH', `/duplicate-rules/${id}`, { isActive: false }, headers);
  const options = {
    object: 'account',
    mode: 'upsert',
    matchBy: ['externalId'],
    mapping: { ID: 'externalId', Name: 'name', City: 'city', Website: 'website' },
  };
  const measured = async (prefix) => {
    const old = accountsFile(prefix, 0, rows / 2, 'Zug').replaceAll('.example.com', '.example.org');
    await importFile(bench, headers, old, options);
    const imported = await importFile(bench, headers, accountsFile(prefix, 0, rows, 'Bern'), options);
    return { ...figures(imported), refused: imported.run.counts.failed };
  };
  const without = await measured('plain');
  const condition = { method: 'exact', fields: { account: ['website'] } };
  const rule = { name: 'Same website', objects: ['account'], conditions: [condition] };
  const { body: made } = await call('POST', '/duplicate-rules', rule, headers);
  for (let isReady = false; !isReady; ) {
    await new Promise((wait) => setTimeout(wait, POLL_MS));
    const { body } = await call('GET', '/duplicate-rules', undefined, headers);
    isReady = body.data.find(({ id }) => id === made.id).isReady;
  }
  const checked = await measured('checked');
  if (checked.refused === 0) throw new Error('the rule found no duplicate');
  return { without, checked, cost: rounded(checked.cpuMs / without.cpuMs) };
}
