/** The product under measurement: its process, and its API. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../scripts/runtime/project.mjs';
import { send } from './load.mjs';

/** Password of everybody in the bench. */
const PASSWORD = 'bench-the-product-2026';

/** Starts the product and waits for the last line it prints. */
export async function startProduct(dataDir, port, args = []) {
  const child = spawn(process.execPath, [join(projectRoot, 'scripts/start.mjs'), ...args], {
    cwd: projectRoot,
    env: {
      ...process.env,
      PORT: String(port),
      PELLUCID_DATA_DIR: dataDir,
      PELLUCID_RATE_LIMITS: 'off',
      PELLUCID_SERVER_TIMING: 'on',
      PELLUCID_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  await new Promise((ready, fail) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Pellucid is ready')) ready(undefined);
    });
    child.once('exit', (code) => fail(new Error(`npm start ended with ${code}:\n${output}`)));
  });
  const exited = new Promise((gone) => child.once('exit', gone));
  return {
    pid: child.pid,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/**
 * Returns what speaks to the product's API.
 * @param {import('node:http').Agent} agent
 * @returns `call` sends a request with a JSON body and throws if it is refused; `logIn` returns headers; `register` makes a company
 */
export function apiOf(agent, port) {
  const call = async (method, path, body, headers = {}) => {
    const answer = await send(
      agent,
      port,
      { method, path: `/api/v1${path}`, body: body && JSON.stringify(body) },
      headers,
    );
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return { ...answer, body: answer.body ? JSON.parse(answer.body) : undefined };
  };
  const logIn = async (email) => ({
    authorization: `Bearer ${(await call('POST', '/auth/login', { email, password: PASSWORD })).body.accessToken}`,
  });
  const register = async (name) => {
    const email = `${name}@example.com`;
    const given = { companyName: name, subdomain: name, name, email, password: PASSWORD };
    const { tenant, user } = (await call('POST', '/auth/register', given)).body;
    return { email, tenantId: tenant.id, memberId: user.memberId };
  };
  return { call, logIn, register };
}

/** Returns the URL of the product's database, as its superuser. */
export function adminUrlOf(dataDir) {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const read = (name) => JSON.parse(readFileSync(join(dataDir, name), 'utf8'));
  const password = encodeURIComponent(read('secrets.json').postgresPassword);
  return `postgresql://postgres:${password}@127.0.0.1:${read('ports.json').postgres}/pellucid`;
}
