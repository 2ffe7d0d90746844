import { randomBytes } from 'node:crypto';
import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textWithoutIds } from './testing/answer-texts.js';
import { testApi } from './testing/api-process.js';
import { WorkerStage } from './testing/worker-stage.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let stage: WorkerStage;
let people: TestPeople;

beforeAll(async () => {
  stage = await WorkerStage.open();
  people = await TestPeople.of(stage.database, stage.api, stage.company);
});
afterAll(async () => {
  await people?.end();
  await stage?.close();
});

const canary = (name: string) => `${name}${randomBytes(6).toString('hex')}`;
const as =
  (token: string, on = stage.api) =>
  (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    on.call(method, path, {
      token,
      ...(body === undefined ? {} : { body }),
      ...(headers ? { headers } : {}),
    });
const admin = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  as(stage.company.token)(method, path, body, headers);
const ruleOf = async (object: string, field: string) => {
  const { body } = await admin('GET', '/masking-rules');
  return body.data
    .find((o: { object: string }) => o.object === object)
    .fields.find((f: { field: string }) => f.field === field);
};
async function contact(values: Record<string, unknown>): Promise<{ id: string; version: number }> {
  const made = await admin('POST', '/contacts', values);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}
/** Waits until the stored values of the field match its rule. */
const settled = (field: string) =>
  eventually(async () => {
    const { body } = await admin('GET', '/field-encryption');
    const found = body.data.find((p: { field: string }) => p.field === field);
    return !found || found.finishedAt !== null;
  });

describe('masking rules', () => {
  test('the list shows each field with its class, the level that gives, its strategy and an example', async () => {
    expect(await ruleOf('contact', 'email')).toEqual({
      field: 'email',
      label: 'E-mail',
      type: 'email',
      pii: 'personal',
      describedPii: 'personal',
      defaultLevel: 'edit',
      strategy: 'partial',
      rule: null,
      strategies: ['partial', 'redact', 'hash', 'tokenize', 'encrypt'],
      encryptRefused: null,
      example: { value: 'ann.baker@example.com', masked: 'a•••@e•••.com' },
    });
    expect(await ruleOf('account', 'annualRevenue')).toMatchObject({
      strategies: ['redact'],
      strategy: 'redact',
      example: null,
    });
  });

  test('the company’s class of a field decides its level in roles that set none', async () => {
    const role = await people.role({ permissions: [{ object: 'contact', action: '*', scope: 'all' }] });
    const reader = await people.colleague([role]);
    await people.settle();
    const { id } = await contact({ lastName: 'Classed', mobile: '+49 170 555 0142' });
    const before = await as(reader.token)('GET', `/contacts/${id}`);
    expect(before.body.mobile).toBe('+49 170 555 0142');
    const put = await admin('PUT', '/masking-rules/contact/mobile', {
      strategy: 'partial',
      pii: 'sensitive',
    });
    expect(put.body).toMatchObject({ pii: 'sensitive', describedPii: 'personal', defaultLevel: 'mask' });
    const after = await as(reader.token)('GET', `/contacts/${id}`);
    expect(after.body.mobile).toBe('+•• ••• ••• ••42');
    expect(after.body.meta.access).toMatchObject({ mobile: 'mask' });
    expect((await admin('DELETE', '/masking-rules/contact/mobile')).status).toBe(204);
    expect((await as(reader.token)('GET', `/contacts/${id}`)).body.mobile).toBe('+49 170 555 0142');
  });

  test.each([
    ['account', 'annualRevenue', 'partial', 'Use one of: redact.'],
    ['contact', 'lastName', 'encrypt', "it's part of the name of contacts"],
    ['contact', 'role', 'encrypt', 'stored outside the record'],
    ['member', 'email', 'encrypt', 'Pellucid itself reads people'],
    ['contact', 'tags', 'hash', 'Use one of: redact.'],
  ])('%s.%s cannot be masked by %s: 422 says why and what fits', async (object, field, strategy, reason) => {
    const single = await admin('PUT', `/masking-rules/${object}/${field}`, { strategy });
    expect(single.status).toBe(422);
    expect(single.body.errors[0]).toMatchObject({ pointer: '/strategy', code: 'strategyUnfit' });
    expect(single.body.errors[0].message).toContain(reason);
    const list = await admin('PUT', '/masking-rules', {
      rules: [
        { object: 'contact', field: 'email', strategy: 'redact' },
        { object, field, strategy },
      ],
    });
    expect(list.body.errors[0].pointer).toBe('/rules/1/strategy');
    expect((await ruleOf('contact', 'email')).rule, 'a list with a bad rule changes nothing').toBeNull();
  });

  test('a field with a role condition that looks into its values cannot be encrypted', async () => {
    const role = await people.role({
      permissions: [
        {
          object: 'contact',
          action: 'read',
          scope: 'all',
          condition: { field: 'department', op: 'contains', value: 'sales' },
        },
      ],
    });
    await people.settle();
    const refused = await admin('PUT', '/masking-rules/contact/department', { strategy: 'encrypt' });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].message).toContain(`role ${role}`);
  });

  test('unknown objects and fields, duplicate rules, other companies and a missing right are refused', async () => {
    expect((await admin('PUT', '/masking-rules/contact/nothing', { strategy: 'redact' })).status).toBe(404);
    expect((await admin('PUT', '/masking-rules/nothing/email', { strategy: 'redact' })).status).toBe(404);
    const unknown = await admin('PUT', '/masking-rules', {
      rules: [
        { object: 'nothing', field: 'email', strategy: 'redact' },
        { object: 'contact', field: 'nothing', strategy: 'redact' },
      ],
    });
    expect(unknown.body.errors.map((e: { pointer: string }) => e.pointer)).toEqual([
      '/rules/0/object',
      '/rules/1/field',
    ]);
    const twice = await admin('PUT', '/masking-rules', {
      rules: ['redact', 'hash'].map((strategy) => ({ object: 'contact', field: 'email', strategy })),
    });
    expect(twice.body.errors[0].code).toBe('givenTwice');
    expect((await admin('PUT', '/masking-rules/contact/email', { strategy: 'blur' })).status).toBe(422);
    const role = await people.role({ permissions: [{ object: '*', action: '*', scope: 'all' }] });
    const stranger = await people.colleague([role]);
    await people.settle();
    for (const [method, path, body] of [
      ['GET', '/masking-rules', undefined],
      ['PUT', '/masking-rules/contact/email', { strategy: 'redact' }],
      ['POST', '/masking-rules/preview', { object: 'contact', rules: [] }],
      ['GET', '/field-encryption', undefined],
      ['POST', '/masking/detokenise', { token: 'tok_x', reason: 'just curious' }],
      ['GET', '/masking-log', undefined],
    ] as const)
      expect((await as(stranger.token)(method, path, body)).status, path).toBe(403);
  });

  test('each changed rule is a security event with before and after, an unchanged one is none', async () => {
    const rules = [
      { object: 'lead', field: 'email', strategy: 'hash' },
      { object: 'lead', field: 'phone', strategy: 'redact', pii: 'secret' },
    ];
    const first = await admin('PUT', '/masking-rules', { rules }, { 'idempotency-key': 'rules-1' });
    expect(first.status).toBe(200);
    await admin('PUT', '/masking-rules', { rules }, { 'idempotency-key': 'rules-1' });
    await admin('PUT', '/masking-rules', { rules: rules.slice(0, 1) });
    const { body } = await admin('GET', '/audit?action=maskingRuleChanged&object=security.maskingRule');
    const told = body.data
      .filter((e: any) => e.changes.object.after === 'lead')
      .map((e: any) => [e.changes.field.after, e.changes.strategy, e.changes.pii]);
    expect(told).toEqual([
      ['phone', { before: 'redact', after: null }, { before: 'secret', after: null }],
      ['phone', { before: null, after: 'redact' }, { before: null, after: 'secret' }],
      ['email', { before: null, after: 'hash' }, { before: null, after: null }],
    ]);
    await admin('PUT', '/masking-rules', { rules: [] });
  });

  test('the preview shows real rows as each role would see them, saves nothing, and never more than the caller sees', async () => {
    const roles = {
      clear: await people.role({ permissions: [{ object: 'contact', action: 'read', scope: 'all' }] }),
      masked: await people.role({
        permissions: [{ object: 'contact', action: 'read', scope: 'all' }],
        fields: [{ object: 'contact', field: 'phone', access: 'mask' }],
      }),
      hidden: await people.role({
        permissions: [{ object: 'contact', action: 'read', scope: 'all' }],
        fields: [{ object: 'contact', field: 'phone', access: 'hidden' }],
      }),
      none: await people.role({}),
      manager: await people.role({
        permissions: [{ object: 'contact', action: 'read', scope: 'all' }],
        system: ['manageFields'],
        fields: [{ object: 'contact', field: 'phone', access: 'mask' }],
      }),
    };
    const manager = await people.colleague([roles.manager]);
    await people.settle();
    await contact({ lastName: 'Previewed', phone: '+49 40 555 0237' });
    const wish = { object: 'contact', rules: [{ field: 'phone', strategy: 'redact' }] };
    const { body } = await admin('POST', '/masking-rules/preview', wish);
    const seen = (id: string, from = body) => {
      const found = from.data.find((d: any) => d.role.id === id);
      const row = found.rows.find((r: any) => r.name === 'Previewed');
      return [found.mayRead, found.access['phone'], row?.values['phone']];
    };
    expect(seen(roles.clear)).toEqual([true, 'clear', '+49 40 555 0237']);
    expect(seen(roles.masked)).toEqual([true, 'mask', '•••']);
    expect(seen(roles.hidden)).toEqual([true, 'hidden', null]);
    expect(seen(roles.none)).toEqual([false, 'hidden', undefined]);
    expect(body.data[0].rows.length).toBeLessThanOrEqual(10);
    expect((await ruleOf('contact', 'phone')).rule).toBeNull();

    const one = await admin('POST', '/masking-rules/preview', { ...wish, roleId: roles.masked });
    expect(one.body.data).toHaveLength(1);
    const limited = await as(manager.token)('POST', '/masking-rules/preview', wish);
    expect(limited.body.withheld).toEqual(['phone']);
    expect(textWithoutIds(limited.body)).not.toContain('0237');
    const wrong = await admin('POST', '/masking-rules/preview', {
      object: 'contact',
      rules: [{ field: 'tags', strategy: 'hash' }],
      roleId: stage.company.memberId,
    });
    expect(wrong.body.errors.map((e: { pointer: string }) => e.pointer)).toEqual([
      '/rules/0/strategy',
      '/roleId',
    ]);
  });
});

describe('reveal', () => {
  let revealer: Colleague;
  let reader: Colleague;
  const read = { object: 'contact', action: 'read', scope: 'all' } as const;
  const fields = [
    { object: 'contact', field: 'email', access: 'mask' },
    { object: 'contact', field: 'phone', access: 'hidden' },
  ] as const;

  beforeAll(async () => {
    revealer = await people.colleague([
      await people.role({
        permissions: [read, { object: 'contact', action: 'reveal', scope: 'own' }],
        fields: [...fields],
      }),
    ]);
    reader = await people.colleague([await people.role({ permissions: [read], fields: [...fields] })]);
    await people.settle();
  });

  test('a masked value is revealed with a reason, which is in the audit; the record stays masked', async () => {
    const email = `${canary('reveal')}@example.com`;
    const { id } = await contact({ lastName: 'Revealed', email, owner: revealer.memberId });
    const shown = await as(revealer.token)('POST', `/contacts/${id}/reveal`, {
      field: 'email',
      reason: 'The customer asked us to call back',
    });
    expect(shown.status).toBe(200);
    expect(shown.body).toEqual({ value: email });
    expect((await as(revealer.token)('GET', `/contacts/${id}`)).body.email).not.toBe(email);
    const { body } = await admin('GET', `/audit?action=fieldRevealed&record=${id}&object=security.contact`);
    expect(body.data, JSON.stringify(body)).toHaveLength(1);
    expect(body.data[0]).toMatchObject({
      actor: { kind: 'member', id: revealer.memberId },
      changes: { reason: { after: 'The customer asked us to call back' } },
    });
    expect(JSON.stringify(body)).not.toContain(email);
  });

  test('without the right, its scope, a visible field or a reason nothing is shown', async () => {
    const own = await contact({
      lastName: 'Own',
      email: 'own@example.com',
      phone: '1',
      owner: revealer.memberId,
    });
    const other = await contact({ lastName: 'Other', email: 'other@example.com' });
    const ask = (who: Colleague, id: string, field: string, reason = 'Needed for a call') =>
      as(who.token)('POST', `/contacts/${id}/reveal`, { field, reason });
    expect((await ask(reader, own.id, 'email')).body.code).toBe('permissionMissing');
    expect((await ask(revealer, other.id, 'email')).body.code).toBe('outOfScope');
    expect((await ask(revealer, own.id, 'phone')).body).toMatchObject({
      status: 422,
      code: 'fieldNotVisible',
    });
    expect((await ask(revealer, own.id, 'nothing')).body).toMatchObject({
      status: 422,
      code: 'fieldNotVisible',
    });
    expect((await ask(revealer, own.id, 'email', '   no  ')).status).toBe(422);
    expect((await ask(revealer, own.id, 'email', 'x'.repeat(501))).status).toBe(422);
    expect((await ask(revealer, stage.company.tenantId, 'email')).status).toBe(404);
    const { body } = await admin('GET', `/audit?action=fieldRevealed&record=${own.id}`);
    expect(body.data).toEqual([]);
  });
});

describe('masking log', () => {
  const entries = (query: string, count = 1) =>
    eventually(async () => {
      const { body } = await admin('GET', `/masking-log?${query}`);
      return body.data.length >= count ? body.data : null;
    });

  test('says who viewed which personal fields of which records, unmasked or masked', async () => {
    const role = await people.role({
      permissions: [{ object: 'contact', action: 'read', scope: 'all' }],
      fields: [
        { object: 'contact', field: 'email', access: 'mask' },
        { object: 'contact', field: 'phone', access: 'hidden' },
      ],
    });
    const reader = await people.colleague([role]);
    await people.settle();
    const one = await contact({ lastName: 'Logged one', email: 'one@example.com' });
    const two = await contact({ lastName: 'Logged two' });
    const call = as(reader.token);
    await call('GET', `/contacts/${one.id}`, undefined, { 'x-correlation-id': 'masking-log-get' });
    await call('GET', '/contacts?limit=200&fields=email,jobTitle');
    await call('GET', '/contacts?limit=200&fields=jobTitle');
    await call('GET', '/accounts');
    const seen = await entries(`actor=${reader.memberId}`, 2);
    expect(seen).toHaveLength(2);
    const [list, get] = seen;
    expect(get).toMatchObject({
      subject: { kind: 'member', id: reader.memberId, name: reader.name },
      object: 'contact',
      recordIds: [one.id],
      records: [{ id: one.id, name: 'Logged one' }],
      maskedFields: ['email'],
      route: expect.stringContaining('/contacts/'),
    });
    expect(get.clearFields).toEqual(expect.arrayContaining(['firstName', 'lastName', 'mobile']));
    expect(get.clearFields).not.toContain('phone');
    expect(get.clearFields, 'no personal field').not.toContain('jobTitle');
    expect(list).toMatchObject({ clearFields: [], maskedFields: ['email'] });
    expect(list.recordIds).toEqual(expect.arrayContaining([one.id, two.id]));

    const auditor = await people.colleague([await people.role({ permissions: [], system: ['viewAudit'] })]);
    await people.settle();
    const told = await as(auditor.token)('GET', `/masking-log?actor=${reader.memberId}&limit=1`);
    expect(told.body.data[0].subject, 'by somebody who sees no people').toEqual({
      kind: 'member',
      id: reader.memberId,
      name: null,
    });

    const found = async (query: string) =>
      (await admin('GET', `/masking-log?actor=${reader.memberId}&${query}`)).body.data.length;
    expect(await found(`record=${one.id}`)).toBe(2);
    expect(await found(`record=${two.id}`)).toBe(1);
    expect(await found(`record=${two.id}&field=lastName`)).toBe(0);
    expect(await found('field=email')).toBe(2);
    expect(await found('field=lastName')).toBe(1);
    expect(await found('object=lead')).toBe(0);
    expect(await found(`to=${encodeURIComponent(get.at)}`)).toBe(0);
    expect(await found(`from=${encodeURIComponent(get.at)}`)).toBe(2);
  });

  test('groups and figures that show personal fields are in it, with all records behind them', async () => {
    const role = await people.role({ permissions: [{ object: 'contact', action: 'read', scope: 'all' }] });
    const reader = await people.colleague([role]);
    await people.settle();
    const tag = `g${crypto.randomUUID().slice(0, 8)}`;
    const made = await Promise.all(
      ['a', 'a', 'b'].map((n) =>
        contact({ lastName: tag, email: `${tag}${n}${crypto.randomUUID()}@example.com` }),
      ),
    );
    const filter = { field: 'lastName', op: 'eq', value: tag };
    const aggregate = (body: object) => as(reader.token)('POST', '/contacts/aggregate', { filter, ...body });
    expect((await aggregate({ measures: [{ fn: 'count', field: 'email' }] })).body.totals).toEqual([3]);
    expect((await aggregate({ groupBy: [{ field: 'email' }] })).body.rows).toHaveLength(3);
    const [entry, ...others] = await entries(`actor=${reader.memberId}`);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ object: 'contact', clearFields: ['email'], maskedFields: [] });
    expect([...entry.recordIds].sort()).toEqual(made.map(({ id }) => id).sort());
    expect(entry.route).toContain('/contacts/aggregate');
  });

  test('the history, a write’s answer and a reveal are in it, and its pages are complete', async () => {
    const { id } = await contact({ lastName: 'Watched', email: 'watched@example.com' });
    await admin('GET', `/contacts/${id}/history`);
    await admin('POST', `/contacts/${id}/reveal`, { field: 'email', reason: 'Checking the log' });
    const all = await entries(`record=${id}`, 3);
    expect(all.map((e: any) => e.route).sort()).toEqual([
      expect.stringMatching(/\/contacts$/),
      expect.stringContaining('history'),
      expect.stringContaining('reveal'),
    ]);
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await admin(
        'GET',
        `/masking-log?record=${id}&limit=1${cursor ? `&cursor=${cursor}` : ''}`,
      );
      pages.push(...body.data.map((e: any) => e.id));
      cursor = body.page.nextCursor;
    }
    expect(pages).toEqual(all.map((e: any) => e.id));
    expect((await admin('GET', '/masking-log?cursor=wrong')).status).toBe(400);
  });

  test('entries are written before the API shuts down', async () => {
    const second = await testApi(stage.database, [], stage.api);
    const { id } = await contact({ lastName: 'Last seen' });
    await as(stage.company.token, second)('GET', `/contacts/${id}`);
    await second.close();
    const { rows } = await stage.owner.query(
      'select route from masking_log where record_ids @> array[$1::uuid]',
      [id],
    );
    expect(rows.some((row) => /\/contacts\//.test(row.route))).toBe(true);
  });
});

describe('tokens', () => {
  test('replace existing and new values, and are opened with the right and a reason', async () => {
    stage.startWorker();
    const role = await people.role({
      permissions: [{ object: 'lead', action: 'read', scope: 'all' }],
      fields: [{ object: 'lead', field: 'email', access: 'mask' }],
    });
    const opener = await people.role({ permissions: [], system: ['detokenise'] });
    const hiding = await people.role({
      permissions: [{ object: 'lead', action: 'read', scope: 'all' }],
      fields: [{ object: 'lead', field: 'email', access: 'hidden' }],
    });
    const reader = await people.colleague([role]);
    const trusted = await people.colleague([role, opener]);
    await people.settleEverywhere();
    const before = `${canary('before')}@example.com`;
    const after = `${canary('after')}@example.com`;
    const first = await admin('POST', '/leads', { lastName: 'First', email: before });
    expect((await admin('PUT', '/masking-rules/lead/email', { strategy: 'tokenize' })).status).toBe(200);
    const second = await admin('POST', '/leads', { lastName: 'Second', email: after });
    const same = await admin('POST', '/leads?allowDuplicates=true', { lastName: 'Same', email: after });
    const tokenOf = async (id: string) =>
      (await as(reader.token)('GET', `/leads/${id}`)).body.email as string;
    const tokens = [await tokenOf(first.body.id), await tokenOf(second.body.id), await tokenOf(same.body.id)];
    expect(tokens[0]).toMatch(/^tok_/);
    expect(tokens[1]).toBe(tokens[2]);
    expect(tokens[0]).not.toBe(tokens[1]);
    await settled('email');

    const ask = (who: { token: string }, token: string) =>
      as(who.token)('POST', '/masking/detokenise', { token, reason: 'Answering a complaint' });
    expect((await ask(trusted, tokens[0]!)).body).toEqual({ object: 'lead', field: 'email', value: before });
    expect((await ask(trusted, tokens[1]!)).body.value).toBe(after);
    expect((await ask(reader, tokens[1]!)).status).toBe(403);
    expect((await ask(trusted, 'tok_nothing')).status).toBe(404);
    // This right alone reveals nothing of records and fields out of sight. The answer is the same as for a missing
    // token.
    const [blind, sightless] = [await people.colleague([opener]), await people.colleague([opener, hiding])];
    await people.settleEverywhere();
    for (const who of [blind, sightless]) {
      const { status, body } = await ask(who, tokens[1]!);
      expect([status, body.detail]).toEqual([404, (await ask(who, 'tok_nothing')).body.detail]);
    }
    const { body } = await admin('GET', `/audit?action=tokenOpened&record=${first.body.id}`);
    expect(body.data[0].changes).toMatchObject({
      token: { after: tokens[0] },
      reason: { after: 'Answering a complaint' },
    });
    const { rows } = await stage.owner.query('select sealed from masking_token');
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toContain(before);

    await admin('PATCH', `/leads/${first.body.id}`, { email: null });
    expect((await ask(trusted, tokens[0]!)).status, 'emptied').toBe(404);
    const erased = await admin('POST', '/audit/erasures', {
      object: 'lead',
      id: second.body.id,
      reason: 'Asked for by the person',
    });
    expect(erased.status, JSON.stringify(erased.body)).toBeLessThan(300);
    expect((await ask(trusted, tokens[1]!)).body.value, 'another lead has it still').toBe(after);
    const left = await stage.owner.query('select 1 from masking_token where record_id = $1', [
      second.body.id,
    ]);
    expect(left.rowCount).toBe(0);
    await admin('DELETE', '/masking-rules/lead/email');
  });
});
