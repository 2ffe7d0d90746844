import { recordDescriptors } from '@pellucid/modules/lists/records';
import { DelayedWrites } from '@pellucid/platform/db';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpointsOf } from './testing/outlets/index.js';
import { differences, type Line, Transcript } from './testing/transcripts.js';
import { type BuiltWorld, buildWorld, type Case } from './testing/two-worlds.js';
import { BY_DESIGN, CASES } from './testing/two-worlds-cases.js';
import { NOT_TRIED, probesOf, triedSpecs } from './testing/two-worlds-probes.js';
import { NOT_GENERATED, unmarkedFields } from './testing/unmarked-fields.js';
import { PLANNED_ONCE, type WorkingApi, workingApi } from './testing/worker-in-process.js';

/*
 * Two companies that differ only in something hidden from a viewer give that viewer the same answers to every request.
 * See docs/adr/0016-answers-tell-nothing-hidden.md.
 */

let database: TestDatabase;
let api: WorkingApi;
const tried = new Set<string>();
let requests = 0;

beforeAll(async () => {
  database = await testDatabase();
  api = await workingApi(database, PLANNED_ONCE);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

/** Sends all requests to a world as its viewer. */
async function ask(given: Case, world: BuiltWorld): Promise<Line[]> {
  const transcript = new Transcript(ownTexts(world));
  for (const [n, ids] of world.ids.entries())
    for (const [name, id] of Object.entries(ids))
      if (/^[0-9a-f-]{36}$/.test(id)) transcript.name(id, `${name}${n + 1}`);
  const { token } = world.viewer;
  const call = (method: string, path: string, more: object = {}) =>
    api.call(method, path, { token, ...more });
  // Until the index of the search has followed the rights, fewer fields are searched.
  await eventually(async () => !(await call('GET', '/search?q=indexed')).body.meta || undefined);
  await untilNotified(world);
  for (const probe of probesOf(api, given, world)) {
    if (probe.operation === 'listMaskingLog') await api.app.get(DelayedWrites).flush();
    const answer = await call(probe.method, probe.path, { body: probe.body, headers: probe.headers });
    requests++;
    tried.add(probe.operation);
    transcript.note(probe, answer);
    expect(answer.status, `${probe.method} ${probe.path} ${JSON.stringify(probe.body)}`).toBeLessThan(500);
    if (probe.operation === 'createExport' && answer.status === 202) {
      const at = `/exports/${answer.body.id}`;
      const done = await eventually(async () => {
        const found = await call('GET', at);
        return ['completed', 'failed'].includes(found.body.status) ? found : undefined;
      });
      transcript.note({ operation: 'getExport', method: 'GET', path: at }, done);
      const file = await call('GET', done.body.downloadUrl);
      transcript.note({ operation: 'downloadExport', method: 'GET', path: `${at}/file` }, file);
      transcript.note({ operation: 'deleteExport', method: 'DELETE', path: at }, await call('DELETE', at));
      for (const operation of ['downloadExport', 'deleteExport']) tried.add(operation);
    }
    if (!['createImport', 'previewImport'].includes(probe.operation) || answer.status !== 202) continue;
    const at = `/imports/${answer.body.id}`;
    const done = await eventually(async () => {
      const found = await call('GET', at);
      return ['completed', 'failed'].includes(found.body.status) ? found : undefined;
    });
    transcript.note({ operation: 'getImport', method: 'GET', path: at }, done);
    for (const [operation, path] of [
      ['listFailedImportRows', `${at}/failed-rows`],
      ['getImportErrors', `${at}/errors.csv`],
      ['listImportRows', `${at}/rows`],
    ] as const)
      transcript.note({ operation, method: 'GET', path }, await call('GET', path));
  }
  return transcript.lines;
}

/** Waits until everybody was notified of what was written, and follows what they follow by themselves. */
const untilNotified = ({ people, company }: BuiltWorld) =>
  eventually(async () => {
    const { rows } = await people.sql(
      `select 1 from feed_head h join consumer_cursor c using (tenant_id)
        where tenant_id = $1 and c.consumer = 'notification' and c.position = h.position
          and not exists (select 1 from event_outbox o where o.tenant_id = h.tenant_id)`,
      [company.tenantId],
    );
    return rows.length > 0;
  });

/** Texts that differ between twin worlds: the company's name and the addresses that registered it. */
function ownTexts({ company, viewer }: BuiltWorld): Map<string, string> {
  const suffix = company.email.replace(/^admin-|@.*$/g, '');
  return new Map([
    [suffix, 'COMPANY'],
    [viewer.token, 'TOKEN'],
  ]);
}

/** Answers to an administrator, from whom nothing is hidden. */
async function asAdministrator(given: Case, world: BuiltWorld): Promise<Line[]> {
  const transcript = new Transcript(ownTexts(world));
  for (const object of Object.keys(given.hidden ?? { account: {} })) {
    const path = `/${world.descriptors.get(object)!.plural}`;
    const answer = await api.call('GET', path, { token: world.company.token });
    transcript.note({ operation: 'list', method: 'GET', path }, answer);
  }
  return transcript.lines;
}

describe('two worlds answer alike if', () => {
  test.each(CASES.map((given) => [given.name, given] as const))('%s', async (_, given) => {
    const worlds = [await buildWorld(api, given, 'A'), await buildWorld(api, given, 'B')] as const;
    // An administrator gets different answers, so the worlds do differ and the comparison shows it.
    const [seenA, seenB] = [await asAdministrator(given, worlds[0]), await asAdministrator(given, worlds[1])];
    expect(differences(seenA, seenB)).toHaveLength(seenA.length);
    const [a, b] = [await ask(given, worlds[0]), await ask(given, worlds[1])];
    const excused = (text: string) =>
      BY_DESIGN.some(({ of, request }) => of.test(given.name) && request.test(text));
    const told = differences(a, b).filter((text) => !excused(text));
    expect(told, told.join('\n')).toEqual([]);
    expect(a.length).toBeGreaterThan(150);
    for (const world of worlds) await world.end();
  });
});

describe('the comparison', () => {
  const answer = (body: object, status = 200) => ({ status, body, headers: { etag: '"1"' } });
  const line = (path: string, given: ReturnType<typeof answer>) => {
    const transcript = new Transcript();
    transcript.note({ operation: 'planted', method: 'GET', path }, given);
    return transcript.lines;
  };

  test('finds a planted leak in a value, an order, a status and a header', () => {
    const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const clean = line('/planted', answer({ ids: [one, other, one] }));
    expect(differences(clean, line('/planted', answer({ ids: [other, one, other] })))).toEqual([]);
    for (const leaking of [
      answer({ ids: [one, other, one], amount: null }),
      answer({ ids: [one, other, other] }),
      answer({ ids: [one, other, one] }, 422),
      { ...answer({ ids: [one, other, one] }), headers: { etag: '"2"' } },
    ])
      expect(differences(clean, line('/planted', leaking))).toHaveLength(1);
    expect(differences(clean, line('/elsewhere', answer({ ids: [one, other, one] })))).toHaveLength(1);
  });
});

test('every field that no canary can be put into differs between the worlds of a case, or says why not', () => {
  const differing = new Set(
    CASES.flatMap(({ hidden = {} }) =>
      Object.entries(hidden).flatMap(([object, fields]) =>
        Object.keys(fields).map((field) => `${object}.${field}`),
      ),
    ),
  );
  const unmarked = recordDescriptors.flatMap((d) => unmarkedFields(d).map(({ key }) => `${d.key}.${key}`));
  expect(unmarked.length).toBeGreaterThan(15);
  expect(unmarked.filter((name) => !differing.has(name) && !(name in NOT_GENERATED))).toEqual([]);
  expect(Object.keys(NOT_GENERATED).filter((name) => !unmarked.includes(name))).toEqual([]);
});

test('every route of the document is tried in two worlds, or says why not', () => {
  expect(
    triedSpecs(api)
      .filter((s) => !tried.has(s.operationId))
      .map((s) => s.operationId),
  ).toEqual([]);
  const names = new Set(endpointsOf(api).map((s) => s.operationId));
  expect(Object.keys(NOT_TRIED).filter((name) => !names.has(name))).toEqual([]);
  process.stdout.write(`two worlds: ${CASES.length} cases, ${requests} requests\n`);
});
