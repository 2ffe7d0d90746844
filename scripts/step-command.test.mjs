/** Everything that a step of `npm test` starts ends with the step. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLine } from './runtime/processes.mjs';

/** Waits for an effect of another process. */
async function eventually(ask) {
  for (let answer = ask(); ; answer = ask()) {
    if (answer) return answer;
    await delay(20);
  }
}

/** Processes with a text in their command line. */
function commandsWith(text) {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(Number(pid)).includes(text));
}

test('an interrupted run ends the running steps and begins no other', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-steps-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name) => join(folder, name);
  const step = (name, then) => ({
    name,
    command: process.execPath,
    args: [
      '-e',
      `require('node:fs').writeFileSync(${JSON.stringify(file(name))}, String(process.pid)); ${then}`,
    ],
  });
  const stays = 'setInterval(() => {}, 1000)';
  const staysLonger = `process.on('SIGTERM', () => setTimeout(() => process.exit(), 500)); ${stays}`;
  writeFileSync(
    file('run.mjs'),
    `import { runCommand } from ${JSON.stringify(new URL('./runtime/step-command.mjs', import.meta.url).href)};
    const run = (step) => runCommand(step, false);
    const lane = async () => { await run(${JSON.stringify(step('first', stays))}); await run(${JSON.stringify(step('next', ''))}); };
    await Promise.all([lane(), run(${JSON.stringify(step('beside', staysLonger))})]);`,
  );
  const child = spawn(process.execPath, [file('run.mjs')], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  await eventually(() => {
    const found = ['first', 'beside'].map(
      (name) => existsSync(file(name)) && Number(readFileSync(file(name))),
    );
    return found.every(Boolean);
  });
  child.kill('SIGTERM');
  assert.equal(await ended, 130);
  await eventually(() => commandsWith(folder).length === 0);
  assert.equal(existsSync(file('next')), false);
});
