/** Measures how soon every replica knows a changed definition, and what the definitions of many companies cost the memory. */
import { execFileSync, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../scripts/runtime/ports.mjs';
import { projectRoot } from '../scripts/runtime/project.mjs';
import { apiOf } from './product.mjs';

const CHANGES = 20;
const POLL_MS = 5;

/** Starts a second process of the API with the settings of the first one, and waits until it answers. */
async function startReplica(apiPid) {
  const given = readFileSync(`/proc/${apiPid}/environ`, 'utf8').split('\0').filter(Boolean);
  const environment = Object.fromEntries(given.map((line) => line.split(/=(.*)/s)));
  const port = await freePort();
  const child = fork(join(projectRoot, 'apps/api/dist/main.js'), {
    cwd: projectRoot,
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return { port, stop: () => child.kill() };
    if (child.exitCode !== null) throw new Error('the second process of the API ended');
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

/** Returns the megabytes that the definitions of many companies take in a process of their own. */
function definitionsMemory() {
  const hooks = './packages/platform/src/testing/typescript-hooks.mjs';
  const flags = ['--expose-gc', '--conditions=pellucid:source', '--import', hooks];
  const output = execFileSync(process.execPath, [...flags, 'bench/definitions-memory.mjs'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  return JSON.parse(output.trim().split('\n').at(-1));
}

/**
 * Changes the label of a field by one process of the API, and asks another one until it knows the new one.
 * @param {object} bench the running bench
 * @returns milliseconds from the answer to the change until the other process shows it, and the memory of definitions
 */
export async function measureDefinitions({ apiPid, call, company, logIn }) {
  const headers = await logIn(company.email);
  const field = { object: 'account', name: 'seen', label: 'Label 0', type: 'text' };
  const { body: made } = await call('POST', '/custom-fields', field, headers);
  const replica = await startReplica(apiPid);
  const other = new Agent({ keepAlive: true });
  const times = [];
  try {
    const ask = apiOf(other, replica.port).call;
    for (let n = 1; n <= CHANGES; n++) {
      const label = `Label ${n}`;
      await call('PATCH', `/custom-fields/${made.id}`, { label }, headers);
      const begin = performance.now();
      for (;;) {
        const { body } = await ask('GET', '/objects/account', undefined, headers);
        if (body.fields.find(({ key }) => key === 'custom.seen')?.label === label) break;
        await new Promise((wait) => setTimeout(wait, POLL_MS));
      }
      times.push(performance.now() - begin);
    }
  } finally {
    other.destroy();
    replica.stop();
  }
  return { seenMs: { most: Math.round(Math.max(...times)), target: 1_000 }, memory: definitionsMemory() };
}
