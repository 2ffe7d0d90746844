/** Measures how fast records are exported, and what memory the worker needs for it. */
import { rssMb } from './cpu.mjs';

const POLL_MS = 50;

/** Rows of the small export, with which the memory of the large one is compared. */
const FEW = 10_000;
/** One more than the highest number of employees that accounts are seeded with. */
const EMPLOYEES = 9_000;

/**
 * Exports all accounts of the measured company, and first some of them, with all fields.
 * @param given `port` and `headers` of the API, `workerPid` of the process that writes, `rows` of the company
 * @returns rows per second by format, and the worker's memory during a small and during the large exports, in MB
 */
export async function measureExports({ port, headers, workerPid, rows }) {
  const root = `http://127.0.0.1:${port}/api/v1`;
  const ask = async (method, path, body) => {
    const answer = await fetch(`${root}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  const run = async (request) => {
    const begin = performance.now();
    const { id } = await ask('POST', '/exports', { object: 'account', bom: false, ...request });
    for (let peakMb = 0; ; ) {
      await new Promise((done) => setTimeout(done, POLL_MS));
      const state = await ask('GET', `/exports/${id}`);
      peakMb = Math.max(peakMb, rssMb(workerPid));
      if (state.status === 'failed') throw new Error(state.error);
      if (state.status !== 'completed') continue;
      const seconds = (performance.now() - begin) / 1000;
      await ask('DELETE', `/exports/${id}`);
      return { rows: state.rows, seconds: Math.round(seconds * 100) / 100, peakMb };
    }
  };
  const few = { field: 'employees', op: 'lt', value: Math.round((EMPLOYEES * FEW) / rows) };
  const small = await run({ format: 'csv', filter: few });
  const large = await run({ format: 'csv' });
  const xlsx = await run({ format: 'xlsx' });
  const perSecond = ({ rows, seconds }) => Math.round(rows / seconds);
  return {
    rows: large.rows,
    csv: perSecond(large),
    xlsx: perSecond(xlsx),
    jsonl: perSecond(await run({ format: 'jsonl' })),
    memoryMb: { rows: small.rows, peak: small.peakMb, ofAll: large.peakMb, ofXlsx: xlsx.peakMb },
  };
}
