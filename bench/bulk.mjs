/** Measures how fast a bulk job updates records. */
import { processCpuMs, treeCpuMs, untilIdle } from './cpu.mjs';

const POLL_MS = 50;

/**
 * Updates two fields of all accounts of the measured company, as many as a job takes.
 * @param {object} bench the running bench
 * @returns rows per second from the request to the end of the job, and the CPU time of worker and database for each row
 */
export async function measureBulk({ call, workerPid, postgresPid }, headers) {
  const run = async (changes) => {
    const cpu = () => processCpuMs(workerPid) + treeCpuMs(postgresPid);
    const before = cpu();
    const begin = performance.now();
    const { body } = await call('POST', '/accounts/bulk', { action: 'update', all: true, changes }, headers);
    for (;;) {
      await new Promise((done) => setTimeout(done, POLL_MS));
      const { body: job } = await call('GET', `/bulk-jobs/${body.id}`, undefined, headers);
      if (!['completed', 'failed', 'cancelled'].includes(job.status)) continue;
      if (job.status !== 'completed' || job.counts.failed)
        throw new Error(`the bulk job ended ${JSON.stringify(job)}`);
      const seconds = (performance.now() - begin) / 1000;
      return {
        rows: job.total,
        seconds: Math.round(seconds * 10) / 10,
        rowsPerSecond: Math.round(job.total / seconds),
        cpuMs: Math.round(((cpu() - before) / job.total) * 1000) / 1000,
      };
    }
  };
  await untilIdle({ workerPid, postgresPid });
  return run({ city: 'Zug', employees: 5 });
}
