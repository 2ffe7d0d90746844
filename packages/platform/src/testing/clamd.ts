import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemPackageScripts } from '../runtime/index.js';
import { eventually } from './typescript-process.js';

/** The file that every virus scanner takes for a virus (EICAR), in two parts, so that none takes this one for it. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** Largest content that it scans, in bytes. */
export const CLAMD_LIMIT = 1024 * 1024;

/** A ClamAV daemon that knows one signature. */
export interface TestClamd {
  host: string;
  port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it for good. */
  end(): Promise<void>;
}

/** Starts a ClamAV daemon. Its database is made here: the real one would have to be downloaded. */
export async function testClamd(): Promise<TestClamd> {
  (await systemPackageScripts()).ensureSystemPackage('clamav-daemon');
  const folder = await mkdtemp(join(tmpdir(), 'pellucid-clamd-'));
  const [host, port] = ['127.0.0.1', await freePort()];
  const database = join(folder, 'database');
  await mkdir(database);
  await writeFile(
    join(database, 'test.ndb'),
    `Eicar-Test:0:*:${Buffer.from(EICAR, 'latin1').toString('hex')}\n`,
  );
  const config = join(folder, 'clamd.conf');
  const lines = {
    TCPSocket: port,
    TCPAddr: host,
    DatabaseDirectory: database,
    TemporaryDirectory: folder,
    StreamMaxLength: CLAMD_LIMIT,
    Foreground: 'yes',
  };
  await writeFile(
    config,
    Object.entries(lines)
      .map((line) => `${line.join(' ')}\n`)
      .join(''),
  );
  let running: ReturnType<typeof spawn> | undefined;
  const stop = async () => {
    if (!running) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    running = undefined;
    await ended;
  };
  const start = async () => {
    running = spawn('clamd', ['-c', config], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    });
    await eventually(() => answers(host, port));
  };
  await start();
  const end = async () => {
    await stop();
    await rm(folder, { recursive: true });
  };
  return { host, port, start, stop, end };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
