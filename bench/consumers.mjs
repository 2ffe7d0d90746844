/** What registered consumers add to the cost of a write. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../scripts/runtime/project.mjs';
import { processCpuMs, treeCpuMs } from './cpu.mjs';
import { round } from './load.mjs';

const OTHERS = Array.from({ length: 9 }, (_, n) => `other${n}`);

/** Objects that the consumers want. The writes create accounts. */
const SETS = {
  none: [],
  /** Ten consumers, each for another object. */
  ten: ['account', ...OTHERS],
  /** Ten consumers that all want every event. */
  tenOfAll: Array.from({ length: 10 }, () => '*'),
};
/** Target for `ten`, relative to `none`. */
const MOST = 1.1;

/** Returns the environment of a process. @param {number} pid */
const environmentOf = (pid) =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/**
 * Measures creates with ten registered consumers against none, in turn: requests a second, and the CPU time of API,
 * worker and database for each. The product's worker is paused meanwhile, and a worker with the consumers is its relay.
 * @param {object} load `port`, `connections`, `seconds`, `rounds`, `apiPid`, `workerPid`, `postgresPid`
 * @param {import('pg').Client} admin a superuser
 * @param {(n: number) => object} create returns the n-th request
 * @param {Record<string, string>} headers
 */
export async function measureConsumers(load, admin, create, headers) {
  const { port, connections, seconds, rounds, apiPid, workerPid, postgresPid } = load;
  const env = environmentOf(workerPid);
  const cost = { none: [], ten: [], tenOfAll: [] };
  let sent = 0;
  const measure = async (set) => {
    const worker = fork(join(projectRoot, 'bench/consumer-worker.mjs'), {
      env: { ...env, BENCH_CONSUMERS: JSON.stringify(SETS[set]) },
    });
    const exited = new Promise((gone) => worker.once('exit', gone));
    await Promise.race([
      new Promise((ready) => worker.once('message', ready)),
      exited.then(() => Promise.reject(new Error('the worker with consumers did not start'))),
    ]);
    const next = () => create(sent++);
    const run = (length) =>
      round({
        port,
        next,
        headers,
        headersOf: () => ({ 'idempotency-key': randomUUID() }),
        connections,
        seconds: length,
        expect: 201,
      });
    const used = () => processCpuMs(apiPid) + processCpuMs(worker.pid) + treeCpuMs(postgresPid);
    // Warms the worker, and ends when it has become the relay and has caught up.
    await run(1);
    await untilCaughtUp(admin, SETS[set].length);
    const before = used();
    const result = await run(seconds);
    await untilCaughtUp(admin, SETS[set].length);
    const cpu = (used() - before) / result.requests;
    worker.kill('SIGTERM');
    await exited;
    return { rps: result.rps, cpu };
  };
  process.kill(workerPid, 'SIGSTOP');
  try {
    const sets = Object.keys(SETS);
    for (let turn = 0; turn < rounds; turn++)
      for (const set of turn % 2 ? [...sets].reverse() : sets) cost[set].push(await measure(set));
  } finally {
    process.kill(workerPid, 'SIGCONT');
  }
  const median = (set, pick) => {
    const all = cost[set].map(pick).sort((a, b) => a - b);
    return Math.round((all[(all.length - 1) >> 1] + all[all.length >> 1]) * 500) / 1000;
  };
  const found = Object.fromEntries(
    Object.keys(SETS).map((set) => [
      set,
      { rps: Math.round(median(set, (c) => c.rps)), cpu: median(set, (c) => c.cpu) },
    ]),
  );
  const relative = (set) => Math.round((found[set].cpu / found.none.cpu) * 1000) / 1000;
  return { ...found, most: MOST, ratio: relative('ten'), ratioOfAll: relative('tenOfAll') };
}

/** Waits until the relay has placed everything and the consumers of this round have handled it. */
async function untilCaughtUp(admin, consumers) {
  for (;;) {
    const { rows } = await admin.query(
      `select not exists (select 1 from event_outbox) and not exists (
         select 1 from consumer_cursor c join feed_head h using (tenant_id)
          where c.consumer = any($1) and c.position < h.position) as done`,
      [Array.from({ length: consumers }, (_, n) => `bench-${n}`)],
    );
    if (rows[0].done) return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

/** Prints the results. */
export function sayConsumers({ none, ten, tenOfAll, ratio, ratioOfAll, most }, say) {
  say(
    `ten consumers: ${ten.cpu} against ${none.cpu} ms CPU a create, ratio ${ratio}, at most ${most}; ${ten.rps} against ${none.rps} req/s`,
  );
  say(`ten consumers of everything: ${tenOfAll.cpu} ms CPU, ratio ${ratioOfAll}; ${tenOfAll.rps} req/s`);
}
