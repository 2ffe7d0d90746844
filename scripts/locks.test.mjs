/** Locks between processes, while several of them take and release one as fast as they can. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const LOCKS = new URL('./runtime/locks.mjs', import.meta.url).href;

/** Takes the lock 150 times. Inside it creates a file that must not exist. */
const contender = (folder) => `
  import { rmSync, writeFileSync } from 'node:fs';
  import { takeLock } from ${JSON.stringify(LOCKS)};
  const [lock, inside] = ${JSON.stringify([join(folder, 'lock'), join(folder, 'inside')])};
  for (let taken = 0; taken < 150; ) {
    const one = takeLock(lock);
    if ('holder' in one) { await new Promise(setImmediate); continue; }
    writeFileSync(inside, '', { flag: 'wx' });
    rmSync(inside);
    one.release();
    // As after a crash: a lock whose process is gone.
    if (++taken % 10 === 0) try { writeFileSync(lock, '{"pid":0,"began":"never"}', { flag: 'wx' }); } catch {}
  }`;

test('one process at a time holds a lock, also while void ones are cleared away', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-locks-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'contender.mjs');
  writeFileSync(file, contender(folder));
  const ended = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    return new Promise((done) => child.once('close', (code) => done(`${code} ${said}`.trim())));
  });
  assert.deepEqual(await Promise.all(ended), ['0', '0', '0', '0']);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'lock'),
    ['contender.mjs'],
  );
});
