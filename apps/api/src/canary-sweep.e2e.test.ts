import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import {
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApi, testApi } from './testing/api-process.js';
import {
  type Canary,
  canaryValue,
  type CanaryWorld,
  canaryWorld,
  MASKING,
  type Viewer,
} from './testing/canaries.js';
import { listening } from './testing/live-tab.js';
import { endpointsOf, OUTLETS, type Output, unvisited } from './testing/outlets/index.js';
import { PLANNED_ONCE } from './testing/worker-in-process.js';

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));

let database: TestDatabase;
let api: TestApi;
let worker: TestProcess;
let owner: pg.Client;
let world: CanaryWorld;
const logged: string[] = [];
const tally = { requests: 0, bytes: 0 };

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database, [], undefined, PLANNED_ONCE);
  listenToLog(api);
  await listening(api);
  worker = typescriptProcess(WORKER, { env: { ...api.environment, PELLUCID_LOG_LEVEL: 'debug' } });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  world = await canaryWorld(database, api);
});
afterAll(async () => {
  await worker?.kill();
  await world?.end();
  await owner?.end();
  await api?.close();
  await database?.drop();
});

/** Captures everything the API process logs at its most verbose level. */
function listenToLog({ app }: TestApi): void {
  const logger = app.get<Logger>(LOGGER, { strict: false });
  logger.level = 'trace';
  const symbol = Object.getOwnPropertySymbols(logger).find((s) => s.description === 'pino.stream')!;
  const stream = (logger as never as Record<symbol, { write(line: string): void }>)[symbol]!;
  stream.write = (line) => void logged.push(line);
}

/** Everything the outlets give to a viewer. */
async function visit(viewer: Viewer): Promise<Map<string, Output[]>> {
  const outputs = new Map<string, Output[]>();
  const specs = endpointsOf(api);
  for (const outlet of OUTLETS) {
    const kept: Output[] = [];
    outputs.set(outlet.name, kept);
    await outlet.visit({
      api,
      world,
      viewer,
      specs,
      collect: (output) => void kept.push(output),
      async ask(method, path, { body, headers } = {}) {
        const answer = await api.call(method, path, {
          token: viewer.token,
          body,
          headers: { ...viewer.headers, ...headers },
        });
        const text = `${JSON.stringify(answer.headers)} ${typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)}`;
        const cursor = answer.body?.page?.nextCursor;
        const opened = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
        kept.push({ from: `${method} ${path} (${answer.status})`, text: `${text} ${opened}` });
        tally.requests++;
        tally.bytes += text.length;
        if (answer.status >= 500)
          throw new Error(
            `${method} ${path} as ${viewer.name}: ${answer.status} ${JSON.stringify(answer.body)}`,
          );
        return answer;
      },
    });
  }
  return outputs;
}

/** One regular expression for all canaries. One search per canary would run thousands of times. */
function finder(canaries: Canary[]): (text: string) => Canary[] {
  const byText = new Map(canaries.map((c) => [c.text, c]));
  const pattern = new RegExp(canaries.map((c) => c.text).join('|'), 'gi');
  return (text) => [...new Set([...text.matchAll(pattern)].map((m) => byText.get(m[0].toLowerCase())!))];
}
/** An object of the company. */
const objectOf = (key: string) => world.objects.find((object) => object.key === key)!;
const called = ({ object, field, whose }: Canary) => `${object}.${field} of ${whose}`;

test('every route of the document is visited by an outlet, or says why not', () => {
  expect(unvisited(endpointsOf(api))).toEqual([]);
});

test('every strategy of masking and every object occurs among the canaries', () => {
  expect(new Set(MASKING.map((rule) => rule.strategy)).size).toBe(5);
  const objects = new Set(world.canaries.map((c) => c.object));
  for (const { key, operations, fields } of world.objects)
    if (operations.create && fields.some((f) => !f.readOnly && canaryValue(f)))
      expect(objects).toContain(key);
  expect(new Set(world.canaries.map((c) => c.text)).size).toBe(world.canaries.length);
  expect(world.canaries.length).toBeGreaterThan(150);
});

describe('no withheld value is shown unmasked', () => {
  test('an administrator finds every canary, and some by every outlet', async () => {
    const viewer = await world.viewers[0]!();
    const outputs = await visit(viewer);
    const find = finder(world.canaries);
    const found = new Set<Canary>();
    const quiet: string[] = [];
    for (const [name, kept] of outputs) {
      const here = kept.flatMap(({ text }) => find(text));
      for (const canary of here) found.add(canary);
      const outlet = OUTLETS.find((o) => o.name === name)!;
      if (!here.length && !outlet.silent)
        quiet.push(`${name}: nothing was found, so that looking there proves nothing`);
      expect(kept.length, name).toBeGreaterThan(0);
    }
    expect(quiet).toEqual([]);
    expect(world.canaries.filter((c) => !found.has(c)).map(called)).toEqual([]);
  });

  test.each(
    [
      'salesManager',
      'salesRep',
      'readOnly',
      'everything hidden',
      'some hidden',
      'all masked',
      'own records only',
      'no contacts, leads and people',
      'nothing at all',
      'own in clear, others masked',
      'an administrator through a role',
      'an API key',
    ].map((name, n) => [name, n + 1] as const),
  )('to %s', async (name, nth) => {
    const viewer = await world.viewers[nth]!();
    expect(viewer.name).toBe(name);
    const outputs = await visit(viewer);
    const leaks = new Map<string, string>();
    for (const [of, kept] of outputs) {
      const { tells } = OUTLETS.find((o) => o.name === of)!;
      const find = finder(world.canaries.filter((c) => !viewer.sees(c) && !tells?.(viewer, c)));
      for (const { from, text } of kept)
        for (const canary of find(text)) leaks.set(`${called(canary)} by ${of}`, from);
    }
    expect([...leaks].map(([what, where]) => `${viewer.name} saw ${what}: ${where}`)).toEqual([]);
    // Visible values do appear. A sweep that sees nothing at all would find nothing either.
    const all = finder(world.canaries);
    const found = new Set([...outputs.values()].flat().flatMap(({ text }) => all(text)));
    const unseen = world.canaries.filter((c) => viewer.sees(c) && !c.inReport && !found.has(c));
    expect(unseen.map(called)).toEqual([]);
  });
});

describe('withheld values cannot be found either', () => {
  test.each([
    ['some hidden', 5],
    ['all masked', 6],
    ['own records only', 7],
    ['own in clear, others masked', 10],
  ] as const)('by %s', async (name, nth) => {
    const viewer = await world.viewers[nth]!();
    expect(viewer.name).toBe(name);
    const ask = (path: string, body: object) => api.call('POST', path, { token: viewer.token, body });
    const found: string[] = [];
    let tried = 0;
    for (const canary of world.canaries.filter(
      (c) => !viewer.sees(c) && !c.inReport && c.whose !== 'deleted',
    )) {
      const { plural, byKey } = objectOf(canary.object);
      const f = byKey.get(canary.field)!;
      const id = world.ids[canary.whose][canary.object];
      const attempts: object[] = [{ q: canary.text }, { sort: canary.field }];
      if (f.traits.hasNormColumn)
        attempts.push(
          { filter: { field: canary.field, op: 'contains', value: canary.text } },
          { filter: { not: { field: canary.field, op: 'contains', value: canary.text } } },
        );
      const search = `/search?q=${encodeURIComponent(canary.text)}&objects=${canary.object}&limit=100`;
      if (byKey.has(canary.field) && objectOf(canary.object).listed) {
        const { status, body } = await api.call('GET', search, { token: viewer.token });
        tried++;
        if (status !== 200 || body.data.some((hit: { id: string }) => hit.id === id))
          found.push(`${called(canary)} by search`);
      }
      for (const attempt of attempts) {
        const { status, body } = await ask(`/${plural}/query`, { limit: 200, ...attempt });
        tried++;
        const isThere = status === 200 && body.data.some((r: { id: string }) => r.id === id);
        // No condition on the value may find the record: neither what it contains, nor what it doesn't, nor its place
        // in an order.
        if (isThere) found.push(`${called(canary)} by ${JSON.stringify(attempt)}`);
      }
    }
    expect(found).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  });
});

describe('nothing of a record is in places without access rights', () => {
  test('neither in the log of the API nor in that of the worker', async () => {
    const { lines } = worker;
    const find = finder(world.canaries);
    expect(
      [...logged, ...lines].flatMap((line) => find(line).map((c) => `${called(c)}: ${line.slice(0, 300)}`)),
    ).toEqual([]);
    expect(logged.length).toBeGreaterThan(50);
    expect(lines.length).toBeGreaterThan(5);
  });

  test('nor in jobs, the queue, the outbox of events and the masking log', async () => {
    const queue = new pg.Client({ connectionString: database.queueUrl });
    await queue.connect();
    const { rows } = await queue.query(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'bullmq'`,
    );
    const queued = await tablesWith(
      rows.map((r) => r.name),
      world.canaries,
      queue,
    );
    await queue.end();
    expect(rows.length).toBeGreaterThan(2);
    expect(queued).toEqual([]);
    const tables = ['job', 'event_outbox', 'feed', 'idempotency', 'masking_log', 'api_key_usage'];
    expect(await tablesWith(tables, world.canaries)).toEqual([]);
    expect(Number((await owner.query('select count(*) as n from job')).rows[0].n)).toBeGreaterThan(1);
  });

  test('nor in mails', async () => {
    const folder = join(api.environment['PELLUCID_DATA_DIR']!, 'outbox');
    // A mail has another name while it is being written.
    const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
    const mails = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    expect(mails.length).toBeGreaterThan(0);
    const find = finder(world.canaries);
    expect(mails.flatMap((mail) => find(mail).map(called))).toEqual([]);
  });

  test('no table contains an encrypted field’s value in plain text, and no event contains a personal one', async () => {
    const isEncrypted = (c: Canary) =>
      MASKING.some((r) => r.object === c.object && r.field === c.field && r.strategy === 'encrypt');
    const { rows } = await owner.query(`select format('%I', relname) as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`);
    const names = rows.map((r) => r.name as string);
    const encrypted = world.canaries.filter(isEncrypted);
    expect(encrypted.length).toBeGreaterThan(5);
    expect(await tablesWith(names, encrypted)).toEqual([]);
    const personal = world.canaries.filter(({ object, field }) => {
      const rule = MASKING.find((r) => r.object === object && r.field === field);
      return ['personal', 'sensitive', 'secret'].includes(
        rule?.pii ?? objectOf(object).byKey.get(field)!.pii,
      );
    });
    expect(personal.length).toBeGreaterThan(50);
    expect(await tablesWith(['record_event'], personal)).toEqual([]);
    // The search finds a value that is stored.
    expect(await tablesWith(['contact'], personal)).not.toEqual([]);
  });
});

/** Tables that contain one of the canaries. */
async function tablesWith(names: string[], canaries: Canary[], client = owner): Promise<string[]> {
  const find = finder(canaries);
  const found = new Set<string>();
  for (const name of names) {
    const { rows } = await client.query(`select t::text as text from ${name} t`);
    for (const { text } of rows) for (const canary of find(text)) found.add(`${called(canary)} in ${name}`);
  }
  return [...found];
}

afterAll(() => {
  process.stdout.write(
    `canary sweep: ${endpointsOf(api).length} routes, ${OUTLETS.length} outlets, ${world.viewers.length} viewers, ${world.canaries.length} canaries, ${tally.requests} answers, ${(tally.bytes / 1e6).toFixed(1)} MB\n`,
  );
});
