import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { AccessDirectory, type Subject } from '../../access/index.js';
import { newContext, runInContext } from '../../context/index.js';
import { newId } from '../describe/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { MAX_CHAIN } from './chain-limit.js';
import type { WriteBatch, WriteParticipant } from './participants.js';
import type { RuleOrigin } from './value-origin.js';
import type { WriteRow } from './write-row.js';

type Steps = Partial<Record<WriteParticipant['phase'], (row: WriteRow, batch: WriteBatch) => unknown>>;

let engine: EngineApp;
let tenant: EngineTenant;
/** What the test's participants do in writes of accounts; nothing by default. */
let steps: Steps = {};
let related: WriteParticipant['related'];
let relatedRows: any[][] | undefined;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  for (const phase of ['effects', 'checks', 'derivations', 'rules'] as const)
    engine.records.participate({
      name: `test.${phase}`,
      objects: ['account'],
      phase,
      order: 1,
      related: (batch) => (phase === 'checks' && related ? related(batch) : []),
      async run(batch) {
        if (phase === 'checks') relatedRows = batch.related.get('test.checks');
        for (const row of batch.rows) if (row.ok) await steps[phase]?.(row, batch);
      },
    });
});
afterAll(() => engine.close());
afterEach(() => {
  steps = {};
  related = undefined;
});

const call = (method: string, url: string, body?: unknown, who = tenant) =>
  engine.call(who, method, url, body);
const made = async (body: object) => (await call('POST', '/accounts', body)).body;
const lastChanges = async (id: string) =>
  (
    await engine.admin.query(
      'select changes from record_event where tenant_id = $1 and record_id = $2 order by id desc limit 1',
      [tenant.id, id],
    )
  ).rows[0].changes;

/** Adds a person with a role of these permissions and field rules. */
async function person(
  permissions: object[],
  fields: object[] = [],
): Promise<EngineTenant & { subject: Subject }> {
  const [memberId, roleId] = [newId(), newId()];
  await engine.admin.query(
    `insert into role (tenant_id, id, key, name, name_norm, permissions, system, fields)
     values ($1, $2, $3, $3, $3, $4, '{}', $5)`,
    [tenant.id, roleId, `r-${roleId}`, JSON.stringify(permissions), JSON.stringify(fields)],
  );
  await engine.admin.query(
    `insert into member (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, status, identity_id, created_at, created_by_kind, updated_at, updated_by_kind)
     values ($1, $2, 'Rep', 'rep', 'rep', 'Rep', 'rep', 'active', $3, now(), 'system', now(), 'system')`,
    [tenant.id, memberId, newId()],
  );
  await engine.admin.query('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
    tenant.id,
    memberId,
    roleId,
  ]);
  const directory = engine.app.get(AccessDirectory);
  directory.forget(tenant.id);
  const who = { id: tenant.id, memberId, authorization: `${tenant.id} ${memberId}` };
  const { snapshot } = await engine.as(who, () => engine.records.reader.contextFor('account'));
  return { ...who, subject: directory.memberSubject(snapshot, memberId)! };
}

const EVERYTHING = [{ object: '*', action: '*', scope: 'all' }];
const rule = (runAs: Subject): RuleOrigin => ({ rule: 'big-deals', version: 3, runAs });

describe('the phases of a write', () => {
  test('run in order: a rule sees what was asked, a derivation what rules set, an effect what will be written', async () => {
    const admin = await person(EVERYTHING);
    const seen: unknown[] = [];
    steps = {
      effects: (row) => seen.push(['effects', row.after['city'], row.after['country']]),
      checks: (row) => seen.push(['checks', row.after['city'], row.after['country']]),
      derivations: (row) => {
        seen.push(['derivations', row.after['city'], row.after['country']]);
        row.set('country', 'France', 'derived:test');
      },
      rules: (row) => {
        seen.push(['rules', row.after['city'], row.after['country']]);
        row.set('city', 'Paris', rule(admin.subject));
      },
    };
    const account = await made({ name: 'Phased', city: 'Berlin' });
    expect(seen).toEqual([
      ['rules', 'Berlin', null],
      ['derivations', 'Paris', null],
      ['checks', 'Paris', 'France'],
      ['effects', 'Paris', 'France'],
    ]);
    expect(account).toMatchObject({ city: 'Paris', country: 'France' });
  });

  test('no phase feeds an earlier one', async () => {
    const { subject } = await person(EVERYTHING);
    const errors: string[] = [];
    const attempt = (row: WriteRow, origin: Parameters<WriteRow['set']>[2]) => {
      try {
        row.set('city', 'Rome', origin);
      } catch (error) {
        errors.push((error as Error).message);
      }
    };
    steps = {
      rules: (row) => attempt(row, 'derived:test'),
      derivations: (row) => attempt(row, rule(subject)),
      checks: (row) => attempt(row, 'derived:test'),
      effects: (row) => attempt(row, rule(subject)),
    };
    expect((await made({ name: 'Fixed' })).city).toBeNull();
    expect(errors).toEqual([
      '"city" is derived and can\'t be set during rules',
      '"city" is rule and can\'t be set during derivations',
      '"city" is derived and can\'t be set during checks',
      '"city" is rule and can\'t be set during effects',
    ]);
  });

  test('values after the write are read-only for participants', () => {
    const write = (row: WriteRow) => {
      // @ts-expect-error: only `set` changes a value
      row.after['city'] = 'Rome';
      // @ts-expect-error: what was asked for stays
      row.given['city'] = 'Rome';
    };
    expect(write).toBeTypeOf('function');
  });

  test('effects do not run for rows that a check refuses', async () => {
    const touched: string[] = [];
    steps = { effects: (row) => touched.push(String(row.after['name'])) };
    const outcomes = await engine.as(tenant, () =>
      engine.records.create('account', [{ name: 'Good' }, { name: ' ', annualRevenue: '1' }]),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'failed']);
    expect(touched).toEqual(['Good']);
  });

  test('what participants ask for comes before their phases, in one round trip', async () => {
    // After a second without a query, one more would ask for the version of the rights. On a slow machine that can pass.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    const { id } = await made({ name: 'Asking', city: 'Bonn' });
    related = ({ rows }) => [
      { text: 'select name from account where id = any($1::uuid[])', values: [rows.map((r) => r.id)] },
      { text: 'select $1::text as city', values: [rows[0]!.before!.state['city']] },
    ];
    const trips = async (city: string) =>
      (await call('PATCH', `/accounts/${id}`, { city })).headers['server-timing'];
    const roundTrips = (timing: string) => Number(/(\d+) round trips/.exec(timing)?.[1] ?? Number.NaN);
    const withRelated = await trips('Rome');
    expect(relatedRows).toEqual([[{ name: 'Asking' }], [{ city: 'Bonn' }]]);
    related = undefined;
    const without = await trips('Oslo');
    expect([withRelated, roundTrips(withRelated) - roundTrips(without)]).toEqual([withRelated, 1]);
  });
});

describe('a value set by a participant', () => {
  test('goes through the codec of its field, and a refusal names the field', async () => {
    steps = { derivations: (row) => row.set('annualRevenue', 'much', 'derived:test') };
    const refused = await call('POST', '/accounts', { name: 'Codec' });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/annualRevenue']);
    steps = { derivations: (row) => row.set('annualRevenue', '12.5', 'derived:test') };
    expect((await made({ name: 'Codec' })).annualRevenue).toBe('12.50');
  });

  test('must refer to a record that exists', async () => {
    steps = { derivations: (row) => row.set('parent', newId(), 'derived:test') };
    const refused = await call('POST', '/accounts', { name: 'Orphan' });
    expect(refused.body.errors).toMatchObject([{ pointer: '/parent', code: 'referenceMissing' }]);
    steps = {};
    const parent = await made({ name: 'Parent' });
    steps = { derivations: (row) => row.set('parent', parent.id, 'derived:test') };
    expect((await made({ name: 'Child' })).parent).toEqual({ id: parent.id, name: 'Parent' });
  });

  test('must refer to a record that the rule’s run-as sees, whatever the caller sees', async () => {
    const parent = await made({ name: 'Head office' });
    const blind = await person([{ object: 'account', action: '*', scope: 'own' }]);
    const sighted = await person(EVERYTHING);
    steps = { rules: (row) => row.set('parent', parent.id, rule(blind.subject)) };
    const refused = await call('POST', '/accounts', { name: 'Branch' });
    expect(refused.body.errors).toMatchObject([{ pointer: '/parent', code: 'referenceMissing' }]);
    steps = { rules: (row) => row.set('parent', parent.id, rule(sighted.subject)) };
    const written = await call('POST', '/accounts', { name: 'Branch' }, blind);
    expect([written.status, written.body.detail]).toEqual([201, undefined]);
    const { rows } = await engine.admin.query('select parent_id from account where id = $1', [
      written.body.id,
    ]);
    expect(rows).toEqual([{ parent_id: parent.id }]);
  });
});

describe('rights are judged on what was asked', () => {
  const noCity = [{ object: 'account', field: 'city', access: 'read' }];

  test('of a rule, under whoever it runs as; of a derivation, not at all', async () => {
    const [weak, strong] = [await person(EVERYTHING, noCity), await person(EVERYTHING)];
    const asked = await call('POST', '/accounts', { name: 'A', city: 'Rome' }, weak);
    expect(asked.body.errors).toMatchObject([{ pointer: '/city', code: 'fieldNotWritable' }]);
    const results: unknown[] = [];
    for (const [caller, runAs] of [
      [weak, strong],
      [strong, weak],
    ] as const) {
      steps = { rules: (row) => row.set('city', 'Rome', rule(runAs.subject)) };
      const answer = await call('POST', '/accounts', { name: 'B' }, caller);
      results.push([answer.status, answer.body.code ?? answer.body.city]);
    }
    steps = { derivations: (row) => row.set('city', 'Oslo', 'derived:test') };
    const derived = await call('POST', '/accounts', { name: 'C' }, weak);
    results.push([derived.status, derived.body.city]);
    expect(results).toEqual([
      [201, 'Rome'],
      [403, 'ruleForbidden'],
      [201, 'Oslo'],
    ]);
  });

  test('the caller’s policy does not hold for what a rule sets, but that of its run-as does', async () => {
    const berlin = { field: 'city', op: 'neq', value: 'Rome' };
    const limited = await person([{ object: 'account', action: '*', scope: 'all', condition: berlin }]);
    const admin = await person(EVERYTHING);
    expect((await call('POST', '/accounts', { name: 'P', city: 'Rome' }, limited)).body.errors).toMatchObject(
      [{ pointer: '/city', code: 'policyForbids' }],
    );
    steps = { rules: (row) => row.set('city', 'Rome', rule(admin.subject)) };
    expect((await call('POST', '/accounts', { name: 'P' }, limited)).status).toBe(201);
    steps = { rules: (row) => row.set('city', 'Rome', rule(limited.subject)) };
    expect((await call('POST', '/accounts', { name: 'P' }, admin)).body.code).toBe('ruleForbidden');
  });

  test('read-only fields can be opened without giving up rights, and rights without opening them', async () => {
    const own = await person([{ object: 'account', action: '*', scope: 'own' }]);
    const foreign = await made({ name: 'Foreign' });
    const update = (options: object) =>
      engine.as(own, () =>
        engine.records.update('account', [{ id: foreign.id, changes: { city: 'Rome' } }], options),
      );
    expect(await update({ opensReadOnly: true })).toMatchObject([
      { status: 'failed', failure: { status: 404 } },
    ]);
    expect(await update({ asks: 'product' })).toMatchObject([{ status: 'updated' }]);
  });
});

describe('the event of a write', () => {
  test('says where a value comes from unless it was plainly asked for', async () => {
    const admin = await person(EVERYTHING);
    steps = {
      rules: (row) => row.set('city', 'Rome', rule(admin.subject)),
      derivations: (row) => row.set('country', 'Italy', 'derived:geography'),
    };
    const { id } = await made({ name: 'Origins', city: 'Berlin', phone: '1' });
    const created = await lastChanges(id);
    expect(created.name).toEqual({ after: 'Origins' });
    expect(created.owner.origin).toBe('default');
    expect(created.city).toEqual({ after: 'Rome', origin: 'rule:big-deals@3' });
    expect(created.country).toEqual({ after: 'Italy', origin: 'derived:geography' });

    steps = { derivations: (row) => row.set('country', 'Italy', 'derived:geography') };
    await call('PATCH', `/accounts/${id}`, { country: 'Spain', city: 'Madrid' });
    expect(await lastChanges(id)).toEqual({ city: { before: 'Rome', after: 'Madrid' } });
  });
});

describe('chains', () => {
  test('end when a participant triggers itself, and nothing of them is kept', async () => {
    const { id: other } = await made({ name: 'Loop' });
    steps = {
      effects: (row, batch) =>
        engine.records.update(
          'account',
          [{ id: other, changes: { city: `Town ${row.id} ${Math.random()}` } }],
          {
            uow: batch.uow,
            atomic: true,
          },
        ),
    };
    const answer = await call('PATCH', `/accounts/${other}`, { city: 'Start' });
    expect([answer.status, answer.body.code]).toEqual([422, 'chainTooLong']);
    expect(answer.body.detail).toContain('test.effects');
    expect(answer.body.causes.participants).toHaveLength(MAX_CHAIN);
    expect((await call('GET', `/accounts/${other}`)).body).toMatchObject({ version: 1, city: null });
  });

  test('end when events trigger each other, naming the cause', async () => {
    const rule = newId();
    const write = (depth: number) =>
      runInContext(
        newContext({
          correlationId: 'chain',
          tenantId: tenant.id,
          depth,
          cause: { kind: 'workflow', id: rule, version: 2 },
        }),
        () => engine.records.create('account', [{ name: 'Deep' }]),
      );
    expect(await write(MAX_CHAIN - 1)).toMatchObject([{ status: 'created' }]);
    await expect(write(MAX_CHAIN)).rejects.toMatchObject({
      status: 422,
      code: 'chainTooLong',
      message: expect.stringContaining(`workflow ${rule}`),
    });
  });
});
