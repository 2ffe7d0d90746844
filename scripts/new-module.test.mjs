/** Runs the generator in a copy of the project: it serves a new object end to end and changes nothing else. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { projectFiles } from './checks/project-files.mjs';
import { objectNames } from './module-template/names.mjs';
import { startThrowawayPostgres } from './runtime/embedded-postgres.mjs';
import { freePort } from './runtime/ports.mjs';
import { pinnedNode, projectRoot } from './runtime/project.mjs';
import { deriveRolePasswords, ensureRoles, withUrl } from './runtime/roles.mjs';

let copy;
let server;
const running = [];

before(async () => {
  copy = mkdtempSync(join(tmpdir(), 'pellucid-new-module-'));
  for (const file of projectFiles(projectRoot)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(copy, file));
  }
  linkDependencies();
  assert.equal(spawnSync('git', ['init', '-q'], { cwd: copy }).status, 0);
  server = await startThrowawayPostgres({ kind: 'new-module' });
});
after(async () => {
  for (const child of running) child.kill('SIGKILL');
  await server?.stop();
  if (copy) rmSync(copy, { recursive: true, force: true });
});

/** The copy shares the installed packages, but resolves workspace packages to the copy. */
function linkDependencies() {
  // Other tests that run beside this one write and delete files in these.
  const own = new Set(['.cache', '.vite', '.vite-temp', '.vitest-cache']);
  mkdirSync(join(copy, 'node_modules'));
  for (const entry of readdirSync(join(projectRoot, 'node_modules')))
    if (!own.has(entry))
      symlinkSync(join(projectRoot, 'node_modules', entry), join(copy, 'node_modules', entry));
  for (const group of ['apps', 'packages'])
    for (const name of readdirSync(join(copy, group))) {
      const folder = join(group, name, 'node_modules');
      // Relative links are kept: they resolve through the copy's own node_modules.
      if (existsSync(join(projectRoot, folder)))
        cpSync(join(projectRoot, folder), join(copy, folder), {
          recursive: true,
          verbatimSymlinks: true,
          filter: (path) => !own.has(basename(path)),
        });
    }
}

const script = (file, ...args) =>
  spawnSync(pinnedNode, [join('scripts', file), ...args], {
    cwd: copy,
    encoding: 'utf8',
    env: environment(),
  });

function environment(extra = {}) {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  return { ...env, ...extra };
}

/** Hashes by path of all files that git would see. */
function snapshot() {
  return new Map(
    projectFiles(copy).map((file) => [
      file,
      createHash('sha1')
        .update(readFileSync(join(copy, file)))
        .digest('hex'),
    ]),
  );
}

test('an invalid or taken name is refused with the fix, and nothing is created', () => {
  const earlier = snapshot();
  for (const [args, message] of [
    [['Wrong_Name'], /kebab-case/],
    [['accounts'], /already/],
    [['auth'], /means something else/],
    [['sheep'], /--singular/],
    [[], /Usage/],
  ]) {
    const run = script('new-module.mjs', ...args);
    assert.equal(run.status, 1);
    assert.match(run.stderr, message);
  }
  assert.deepEqual(snapshot(), earlier);
  assert.deepEqual(
    [objectNames('companies').key, objectNames('boxes').key, objectNames('sheep', 'a-sheep').table],
    ['company', 'box', 'a_sheep'],
  );
});

test('a new object adds only its folder, schema file, migration, graph entry and generated code, and passes every check', () => {
  const earlier = snapshot();
  const made = script('new-module.mjs', 'service-contracts');
  assert.equal(made.status, 0, made.stderr);
  const later = snapshot();
  const changed = [...later].filter(([file, hash]) => earlier.get(file) !== hash).map(([file]) => file);
  const expected = [
    /^packages\/modules\/src\/service-contracts\/[\w.-]+$/,
    /^prisma\/schema\/service-contracts\.prisma$/,
    /^prisma\/migrations\/\d{14}_service_contracts\/migration\.sql$/,
    /^packages\/modules\/module-graph\.json$/,
    /^packages\/modules\/src\/lists\/\w+\.generated\.ts$/,
    /^docs\/api\/openapi\.json$/,
    /^packages\/api-client\/src\/generated\//,
  ];
  assert.deepEqual(
    changed.filter((file) => !expected.some((pattern) => pattern.test(file))),
    [],
  );
  for (const pattern of expected)
    assert.ok(
      changed.some((file) => pattern.test(file)),
      `nothing matches ${pattern}`,
    );
  assert.deepEqual(
    [...earlier.keys()].filter((file) => !later.has(file)),
    [],
  );

  for (const check of ['check-migrations.mjs', 'check-openapi.mjs', 'check-client.mjs', 'check-names.mjs']) {
    const run = script(check);
    assert.equal(run.status, 0, `${check}: ${run.stdout}${run.stderr}`);
  }
  assert.equal(script('generate.mjs', '--check').status, 0);
  for (const check of ['check-boundaries.mjs', 'check-docs.mjs'])
    assert.doesNotMatch(script(check).stderr, /service-contracts/);
});

test('an outdated list is noticed', () => {
  const entry = join(copy, 'packages/modules/src/service-contracts/service-contracts.record.ts');
  const aside = `${entry}.aside`;
  cpSync(entry, aside);
  rmSync(entry);
  try {
    const run = script('generate.mjs', '--check');
    assert.equal(run.status, 1);
    assert.match(run.stderr, /records\.generated\.ts is out of date/);
  } finally {
    cpSync(aside, entry);
    rmSync(aside);
  }
});

test('the API of the copy creates, lists and finds the new object by name, and isolates tenants', async () => {
  const adminUrl = withUrl(server.adminUrl, { database: 'pellucid' });
  const urls = await ensureRoles(adminUrl, deriveRolePasswords(randomBytes(16).toString('hex')));
  const { deployMigrations } = await import(join(copy, 'scripts/runtime/migrations.mjs'));
  await deployMigrations(urls.ownerUrl);
  const root = await startApi(urls);
  const first = await register(root);
  const second = await register(root);

  const described = await call(root, 'GET', '/objects/serviceContract', first);
  assert.equal(described.body.path, '/service-contracts');
  const created = await call(root, 'POST', '/service-contracts', first, {
    name: 'Gold Support',
    owner: null,
  });
  assert.equal(created.status, 201);
  const filter = encodeURIComponent(JSON.stringify({ field: 'name', op: 'contains', value: 'gold' }));
  for (const query of ['', '?q=supp', `?filter=${filter}`]) {
    const { body } = await call(root, 'GET', `/service-contracts${query}`, first);
    assert.deepEqual(
      body.data.map(({ id, name }) => ({ id, name })),
      [{ id: created.body.id, name: 'Gold Support' }],
    );
  }
  const history = await call(root, 'GET', `/service-contracts/${created.body.id}/history`, first);
  assert.deepEqual(
    history.body.data.map(({ verb }) => verb),
    ['created'],
  );
  assert.equal((await call(root, 'GET', `/service-contracts/${created.body.id}`, second)).status, 404);
  assert.deepEqual((await call(root, 'GET', '/service-contracts', second)).body.data, []);
});

async function startApi(urls) {
  const port = await freePort();
  const env = environment({
    PORT: String(port),
    HOST: '127.0.0.1',
    NODE_ENV: 'test',
    PELLUCID_DATA_DIR: join(copy, '.data'),
    PELLUCID_LOG_LEVEL: 'warn',
    DATABASE_URL_APP: urls.appUrl,
    DATABASE_URL_PLATFORM: urls.platformUrl,
    DATABASE_URL_QUEUE: urls.queueUrl,
    JWT_SECRET: randomBytes(48).toString('base64'),
    PELLUCID_MASTER_KEY: randomBytes(32).toString('base64'),
    PELLUCID_CURSOR_KEY: randomBytes(32).toString('base64'),
  });
  const hooks = './packages/platform/src/testing/typescript-hooks.mjs';
  const args = ['--conditions=pellucid:source', '--import', hooks, 'apps/api/src/main.ts'];
  const child = spawn(pinnedNode, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const said = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => said.push(line));
  const root = `http://127.0.0.1:${port}`;
  // Ends only a test that hangs. A slow or busy machine passes.
  const deadline = Date.now() + 300_000;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the API of the copy did not start:\n${said.join('\n')}`);
    const isUp = await fetch(`${root}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return root;
    await new Promise((next) => setTimeout(next, 100));
  }
}

async function call(root, method, path, token, body) {
  const answer = await fetch(`${root}/api/v1${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: await answer.json() };
}

async function register(root) {
  const id = randomBytes(5).toString('hex');
  const wish = {
    companyName: `Company ${id}`,
    subdomain: `co-${id}`,
    name: 'Ada',
    email: `ada-${id}@example.com`,
    password: `violet kettle ${id}`,
  };
  const { body } = await call(root, 'POST', '/auth/register', undefined, wish);
  assert.ok(body.accessToken, JSON.stringify(body));
  return body.accessToken;
}
