/** Measures how fast an import is previewed, done and rolled back, and checks that the records are as they were before it. */

import { processCpuMs, treeCpuMs, untilIdle } from './cpu.mjs';

const POLL_MS = 100;

/** Returns a checksum over the living records of a company, without versions, times and authors. */
async function checksum(db, tenantId) {
  const { rows } = await db.query(
    `select count(*)::int as n, md5(string_agg(t::text, ',' order by t::text)) as sum from (
       select to_jsonb(t) - array['version', 'created_at', 'updated_at', 'updated_by_kind', 'updated_by_id'] as t
         from account t where tenant_id = $1 and deleted_at is null) t`,
    [tenantId],
  );
  return `${rows[0].n} ${rows[0].sum}`;
}

/** A CSV file of accounts. @param count rows @param city differs between files, so that a second import changes them */
function accountsFile(count, city) {
  const lines = ['ID,Name,City,Employees'];
  for (let n = 0; n < count; n++) lines.push(`bench-${n},Rolled ${n},${city},${n % 500}`);
  return `${lines.join('\n')}\n`;
}

/**
 * Imports half of the rows, then previews and imports all of them with other values, and rolls that import back: half of its rows
 * are updates, half are new records.
 * @param given `port` and `headers` of the API, a connected owner's client `db`, the measured `tenantId`, `workerPid`, `postgresPid`
 * @returns rows, and seconds and CPU time a row of preview, import and rollback; throws if anything differs from before
 */
export async function measureRollback({
  port,
  headers,
  db,
  tenantId,
  workerPid,
  postgresPid,
  rows = 100_000,
}) {
  const cpu = () => processCpuMs(workerPid) + treeCpuMs(postgresPid);
  const root = `http://127.0.0.1:${port}/api/v1`;
  const ask = async (method, path, body) => {
    const answer = await fetch(`${root}${path}`, { method, headers, body });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const until = async (id, statuses) => {
    for (;;) {
      const run = await ask('GET', `/imports/${id}`);
      if (statuses.includes(run.status)) return run;
      if (run.status === 'failed') throw new Error(run.error);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  };
  const importAll = async (content, path = '/imports') => {
    const form = new FormData();
    form.append('file', new Blob([content]), 'accounts.csv');
    const mapping = { ID: 'externalId', Name: 'name', City: 'city', Employees: 'employees' };
    form.append(
      'options',
      JSON.stringify({ object: 'account', mode: 'upsert', matchBy: ['externalId'], mapping }),
    );
    const { id } = await ask('POST', path, form);
    return until(id, ['completed']);
  };
  await importAll(accountsFile(rows / 2, 'Zug'));
  const before = await checksum(db, tenantId);
  const measured = async (what) => {
    await untilIdle({ workerPid, postgresPid });
    const [begin, used] = [performance.now(), cpu()];
    const result = await what();
    const seconds = Math.round((performance.now() - begin) / 100) / 10;
    return { result, seconds, cpuMs: Math.round(((cpu() - used) / rows) * 1000) / 1000 };
  };
  const file = accountsFile(rows, 'Bern');
  const preview = await measured(() => importAll(file, '/imports/preview'));
  const done = await measured(() => importAll(file));
  const undone = await measured(async () => {
    await ask('POST', `/imports/${done.result.id}/rollback`);
    return until(done.result.id, ['rolled_back']);
  });
  if ((await checksum(db, tenantId)) !== before) throw new Error('the rollback left something changed');
  return {
    rows,
    previewSeconds: preview.seconds,
    importSeconds: done.seconds,
    seconds: undone.seconds,
    rowsPerSecond: Math.round(rows / undone.seconds),
    cpuMs: { preview: preview.cpuMs, import: done.cpuMs, rollback: undone.cpuMs },
    counts: undone.result.rollback.counts,
  };
}
