import { randomUUID } from 'node:crypto';
import { type Permission } from '@pellucid/platform/access';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textWithoutIds } from '../testing/answer-texts.js';
import { sharedApi } from '../testing/api-process.js';
import { type TestRole } from '../testing/colleagues.js';
import { all, anonymous, codes, IntruderStage } from '../testing/intruder-stage.js';

/* Attacks by somebody who knows the API well: asking for withheld values by other ways. */

let stage: IntruderStage;

beforeAll(async () => {
  stage = await IntruderStage.on(await sharedApi());
});
afterAll(() => stage?.end());

describe('reading by other ways', () => {
  const phone = '+41 44 123 45 67';
  let contact: string;

  beforeAll(async () => {
    for (const [field, strategy] of [
      ['phone', 'partial'],
      ['mobile', 'hash'],
      ['jobTitle', 'tokenize'],
      ['department', 'redact'],
    ])
      await stage.people.sql(
        'insert into masking_rule (tenant_id, object, field, strategy) values ($1, $2, $3, $4) on conflict do nothing',
        [stage.mine.tenantId, 'contact', field, strategy],
      );
    stage.refresh();
    contact = (
      await stage.asAdmin('POST', '/contacts', {
        lastName: 'Masked',
        phone,
        mobile: '+41 79 765 43 21',
        jobTitle: 'Head of secrets',
        department: 'Vault',
      })
    ).id;
  });

  const masked = ['phone', 'mobile', 'jobTitle', 'department'];
  const withMasks = (access: 'mask' | 'hidden'): TestRole => ({
    permissions: all(),
    fields: masked.map((field) => ({ object: 'contact', field, access })),
  });

  test('sending back a masked value changes nothing; any other value is refused, even the real one', async () => {
    await stage.wear(withMasks('mask'));
    const shown = (await stage.asIntruder('GET', `/contacts/${contact}`)).body;
    const back = Object.fromEntries(masked.map((field) => [field, shown[field]]));
    for (const value of Object.values(back)) expect(value).toBeTruthy();
    const same = await stage.asIntruder('PATCH', `/contacts/${contact}`, {
      body: { ...back, description: 'Changed' },
    });
    expect([same.status, same.body.description]).toEqual([200, 'Changed']);
    const real = await stage.asAdmin('GET', `/contacts/${contact}`);
    expect([real.phone, real.department]).toEqual([phone, 'Vault']);
    for (const field of masked)
      for (const value of [real[field], `${back[field]}x`, '', null])
        expect(
          codes(await stage.asIntruder('PATCH', `/contacts/${contact}`, { body: { [field]: value } })),
          field,
        ).toEqual({
          [`/${field}`]: 'fieldNotWritable',
        });
  });

  test('a hidden value cannot be guessed by writing it', async () => {
    await stage.wear(withMasks('hidden'));
    for (const value of [phone, '+41 44 000 00 00', null, ''])
      expect(
        codes(await stage.asIntruder('PATCH', `/contacts/${contact}`, { body: { phone: value } })),
      ).toEqual({
        '/phone': 'fieldNotWritable',
      });
  });

  test('nor can a value that is only shown on the caller’s own records', async () => {
    const everywhere: TestRole = {
      permissions: all(),
      fields: [{ object: 'contact', field: 'phone', access: 'hidden' }],
    };
    const own: TestRole = {
      permissions: ['read', 'update'].map((action) => ({ object: 'contact', action, scope: 'own' })),
      fields: [{ object: 'contact', field: 'phone', access: 'view' }],
    };
    await stage.wear(everywhere, own);
    expect((await stage.asIntruder('GET', `/contacts/${contact}`)).body).not.toHaveProperty('phone');
    expect(codes(await stage.asIntruder('PATCH', `/contacts/${contact}`, { body: { phone } }))).toEqual({
      '/phone': 'fieldNotWritable',
    });
    const mineToo = (
      await stage.asAdmin('POST', '/contacts', { lastName: 'Mine', phone, owner: stage.intruder.memberId })
    ).id;
    expect((await stage.asIntruder('GET', `/contacts/${mineToo}`)).body.phone).toBe(phone);
    expect((await stage.asIntruder('PATCH', `/contacts/${mineToo}`, { body: { phone } })).status).toBe(200);
  });

  test('a version conflict does not reveal it either', async () => {
    await stage.wear(withMasks('mask'));
    await stage.asAdmin('PATCH', `/contacts/${contact}`, {
      phone: '+41 44 765 43 21',
      description: 'By an administrator',
    });
    const answer = await stage.asIntruder('PATCH', `/contacts/${contact}`, {
      body: { description: 'By the intruder' },
      headers: { 'if-match': '"1"' },
    });
    expect(answer.status).toBe(412);
    expect(answer.body.current.description).toBe('By an administrator');
    expect(JSON.stringify(answer.body)).not.toMatch(/765 43 21|123 45 67/);
    await stage.asAdmin('PATCH', `/contacts/${contact}`, { phone });
  });

  test('a conflict on a record that the caller may change but not view reveals nothing of it', async () => {
    const account = await stage.asAdmin('POST', '/accounts', { name: 'Unseen', description: 'Old secret' });
    await stage.asAdmin('PATCH', `/accounts/${account.id}`, { description: 'New secret' });
    await stage.wear({
      permissions: [...all('update', ['account']), { object: 'account', action: 'read', scope: 'own' }],
    });
    const answers = [];
    // The current value, a wrong one, and a field that nobody changed: all get the same answer.
    for (const body of [{ description: 'New secret' }, { description: 'Guess' }, { industry: null }])
      answers.push(
        anonymous(
          await stage.asIntruder('PATCH', `/accounts/${account.id}`, {
            body,
            headers: { 'if-match': '"1"' },
          }),
        ),
      );
    expect(answers[0]).toMatchObject({
      status: 412,
      body: { current: { version: 2 }, yours: { version: 1 }, original: { version: 1 } },
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(JSON.stringify(answers)).not.toContain('secret');
  });

  test('restoring a record or a version shows nothing that reading does not', async () => {
    const gone = (await stage.asAdmin('POST', '/contacts', { lastName: `Gone ${randomUUID()}`, phone })).id;
    await stage.asAdmin('DELETE', `/contacts/${gone}`);
    await stage.wear({
      permissions: [
        { object: 'contact', action: 'read', scope: 'own' },
        { object: 'contact', action: 'delete', scope: 'all' },
        { object: 'contact', action: 'update', scope: 'all' },
      ],
    });
    const restored = await stage.asIntruder('POST', `/contacts/${gone}/restore`);
    expect(restored.status).toBe(200);
    expect(JSON.stringify(restored.body)).not.toMatch(/Gone|123 45 67/);
    expect(restored.body.meta.access).toMatchObject({ lastName: 'hidden', phone: 'hidden' });
    for (const path of ['/history', '/as-of?version=1', ''])
      expect((await stage.asIntruder('GET', `/contacts/${gone}${path}`)).status, path).toBe(404);
    const back = await stage.asIntruder('POST', `/contacts/${gone}/restore-version`, {
      body: { version: 1 },
    });
    expect(JSON.stringify(back.body)).not.toMatch(/Gone|123 45 67/);
  });

  test('a repeated request is answered under today’s rights', async () => {
    await stage.wear({ permissions: all() });
    const headers = { 'idempotency-key': randomUUID() };
    const body = { lastName: `Replayed ${randomUUID()}`, phone };
    const first = await stage.asIntruder('POST', '/contacts', { body, headers });
    expect(first.status).toBe(201);
    await stage.wear(withMasks('mask'));
    const masked = await stage.asIntruder('POST', '/contacts', { body, headers });
    expect(masked.status).toBe(201);
    expect(masked.body.id).toBe(first.body.id);
    expect(masked.body.phone).not.toBe(phone);
    await stage.wear({
      permissions: [...all('create'), { object: 'contact', action: 'read', scope: 'none' }],
    });
    const blind = await stage.asIntruder('POST', '/contacts', { body, headers });
    expect(JSON.stringify(blind.body)).not.toContain(body.lastName);
    await stage.wear({ permissions: all('read') });
    expect((await stage.asIntruder('POST', '/contacts', { body, headers })).status).toBe(403);
    // The same key text sent by another person is a different key.
    await stage.wear({ permissions: all() });
    const other = await stage.api.call('POST', '/contacts', { token: stage.mine.token, body, headers });
    expect(other.status).toBe(201);
    expect(other.body.id).not.toBe(first.body.id);
  });

  test('a conversion copies no values and uses no records that the caller can’t view', async () => {
    const company = `Unseen ${randomUUID()}`;
    await stage.asAdmin('POST', '/accounts', { name: company, owner: stage.colleague.memberId });
    const lead = await stage.asAdmin('POST', '/leads', {
      company,
      lastName: 'Convertible',
      phone,
      email: 'convertible@example.com',
      owner: stage.intruder.memberId,
    });
    await stage.wear({
      permissions: [
        ...all('*', ['lead', 'opportunity']),
        ...['read', 'create', 'update'].flatMap((action) =>
          ['account', 'contact'].map((object): Permission => ({ object, action, scope: 'own' })),
        ),
        ...all('read', ['member', 'pipeline', 'stage']),
      ],
      fields: [
        { object: 'lead', field: 'phone', access: 'mask' },
        { object: 'lead', field: 'email', access: 'hidden' },
      ],
    });
    const converted = await stage.asIntruder('POST', `/leads/${lead.id}/convert`, { body: {} });
    expect(converted.status, JSON.stringify(converted.body)).toBe(200);
    const made = await stage.asAdmin('GET', `/contacts/${converted.body.contact.id}`);
    expect([made.lastName, made.phone, made.email]).toEqual(['Convertible', null, null]);
    const account = await stage.asAdmin('GET', `/accounts/${converted.body.account.id}`);
    expect([account.name, account.owner.id]).toEqual([company, stage.intruder.memberId]);
    // Without seeing a lead's name, one can convert it into nothing.
    const nameless = await stage.asAdmin('POST', '/leads', {
      company: 'Hidden',
      owner: stage.intruder.memberId,
    });
    await stage.wear({
      permissions: all(),
      fields: [{ object: 'lead', field: 'company', access: 'hidden' }],
    });
    const refused = await stage.asIntruder('POST', `/leads/${nameless.id}/convert`, { body: {} });
    expect([refused.status, refused.body.code]).toEqual([403, 'leadWithheld']);
  });

  test('a line reveals neither the price nor the existence of a product that the caller can’t view', async () => {
    const product = (
      await stage.asAdmin('POST', '/products', { name: 'Unseen', price: '4321.00', currency: 'USD' })
    ).id;
    const deal = (
      await stage.asAdmin('POST', '/opportunities', { name: 'With lines', owner: stage.intruder.memberId })
    ).id;
    const lines = (id: string) =>
      stage.asIntruder('PUT', `/opportunities/${deal}/lines`, { body: { lines: [{ product: id }] } });
    await stage.wear({ permissions: all('*', ['opportunity']) });
    const [there, missing] = [await lines(product), await lines(randomUUID())];
    expect(anonymous(there)).toEqual(anonymous(missing));
    expect(there.status).toBe(422);
    await stage.wear({
      permissions: all(),
      fields: [{ object: 'product', field: 'price', access: 'hidden' }],
    });
    const priced = await lines(product);
    expect(priced.status, JSON.stringify(priced.body)).toBe(200);
    expect(textWithoutIds(priced.body)).not.toContain('4321');
  });
});
