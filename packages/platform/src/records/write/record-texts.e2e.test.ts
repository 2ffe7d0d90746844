import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  await engine.admin.query(`update tenant_setting set locale = 'de-DE' where tenant_id = $1`, [tenant.id]);
  await engine.admin.query(`update tenant set access_version = access_version + 1 where id = $1`, [
    tenant.id,
  ]);
});
afterAll(() => engine.close());

const call = (method: string, url: string, body?: unknown) => engine.call(tenant, method, url, body);

const made = async (object: string, values: Record<string, unknown>) => {
  const { status, body } = await call('POST', `/${object}`, values);
  expect([status, body.errors]).toEqual([201, undefined]);
  return body;
};

const codes = async (object: string, values: Record<string, unknown>) => {
  const { status, body } = await call('POST', `/${object}`, values);
  return [status, ...(body.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`)];
};

const found = async (query: Record<string, string>) => {
  const { status, body } = await call('GET', `/accounts?${new URLSearchParams({ ...query, limit: '200' })}`);
  expect([status, body.errors]).toEqual([200, undefined]);
  return body.data.map((record: any) => record.name).sort();
};

const by = (field: string, op: string, value?: unknown) => ({ filter: JSON.stringify({ field, op, value }) });

describe('names and keys', () => {
  it('are equal despite blanks, zero-width characters and curly marks: a second one is refused', async () => {
    await made('teams', { name: 'VIP O’Neil – North' });
    for (const name of ["VIP O'Neil - North", ' vip  O’NEIL\u00a0‑ north\u200b ', 'V\u200bIP O´Neil — North'])
      expect(await codes('teams', { name })).toEqual([422, '/name notUnique']);
  });

  it('that are invisible are refused', async () => {
    for (const name of ['', ' ', '\u200b', '\u2060\u00a0\ufeff', '\u3164', '\u2800'])
      expect(await codes('accounts', { name })).toEqual([422, '/name required']);
  });

  it('are trimmed; long texts are kept byte for byte', async () => {
    const record = await made('accounts', {
      name: '\u200b Trimmed  inside ',
      city: ' \u200b',
      externalId: ' K\u200b-1 ',
      description: '  kept\u200b \n',
    });
    expect(record).toMatchObject({
      name: 'Trimmed  inside',
      city: null,
      externalId: 'K-1',
      description: '  kept\u200b \n',
    });
    expect(await codes('accounts', { name: 'Twin', externalId: 'K-1\u2060' })).toEqual([
      422,
      '/externalId notUnique',
    ]);
  });

  it('are found with any kind of marks, by q, contains and equals', async () => {
    await made('accounts', { name: 'Côte d’Azur „Sud“ — Est' });
    for (const text of ["cote d'azur", 'COTE  D´AZUR', '"sud" - est', '\u200bsud'])
      expect([text, await found({ q: text }), await found(by('name', 'contains', text))]).toEqual([
        text,
        ['Côte d’Azur „Sud“ — Est'],
        ['Côte d’Azur „Sud“ — Est'],
      ]);
    expect(await found(by('name', 'eq', `cote d'azur "sud" - est `))).toHaveLength(1);
  });

  it('choices are accepted in any form of an option', async () => {
    expect(await made('accounts', { name: 'Shop', industry: ' retail\u200b' })).toMatchObject({
      industry: 'Retail',
    });
    expect(await found(by('industry', 'eq', 'RETAIL '))).toEqual(['Shop']);
  });

  it('a blank search finds the same as no search; a blank text for contains is refused', async () => {
    expect(await found({ q: '\u200b ' })).toEqual(await found({}));
    const { status } = await call(
      'GET',
      `/accounts?${new URLSearchParams(by('name', 'contains', '\u200b'))}`,
    );
    expect(status).toBe(400);
  });
});

describe('e-mail addresses', () => {
  it('are stored without the notation they were pasted in', async () => {
    for (const [given, kept] of [
      ['Ann <ann.b@example.com>;', 'ann.b@example.com'],
      ["mailto:o'neil&co@example.com", "o'neil&co@example.com"],
      ['info@münchen.example', 'info@münchen.example'],
    ])
      expect((await made('accounts', { name: `Mail ${kept}`, email: given })).email).toBe(kept);
    expect(await codes('accounts', { name: 'No', email: 'a@b.example; c@d.example' })).toEqual([
      422,
      '/email invalidEmail',
    ]);
  });

  it('are equal in each notation of the domain, and differ with a different accent', async () => {
    await made('members', { name: 'Jörg', email: 'jörg@bücher.example' });
    expect(await codes('members', { name: 'Twin', email: 'JÖRG@xn--bcher-kva.example' })).toEqual([
      422,
      '/email notUnique',
    ]);
    expect(await codes('members', { name: 'Jorg', email: 'jorg@bücher.example' })).toEqual([201]);
    expect(await found(by('email', 'eq', '<INFO@xn--mnchen-3ya.example>'))).toEqual([
      'Mail info@münchen.example',
    ]);
    expect(await found(by('email', 'contains', '@MÜNCHEN'))).toEqual(['Mail info@münchen.example']);
    expect(await found(by('email', 'contains', 'o’neil&'))).toEqual(["Mail o'neil&co@example.com"]);
  });
});

describe('web addresses', () => {
  it('must be http or https and contain no password', async () => {
    for (const website of [
      'file:///etc/passwd',
      'blob:https://example.com/1',
      'https://ann:secret@example.com',
      'ftp://example.com',
    ])
      expect(await codes('accounts', { name: 'Web', website })).toEqual([422, '/website invalidUrl']);
    expect((await made('accounts', { name: 'Web', website: ' https://example.com/a ' })).website).toBe(
      'https://example.com/a',
    );
  });
});

describe('phone numbers', () => {
  it('are stored as typed and found in any notation', async () => {
    expect((await made('accounts', { name: 'Berlin', phone: '(030) 90 18 20' })).phone).toBe(
      '(030) 90 18 20',
    );
    await made('accounts', { name: 'Berlin desk', phone: '+49 30 901820 ext. 12' });
    await made('accounts', { name: 'Boston', phone: '+1 617 495 1000' });
    await made('accounts', { name: 'Door', phone: 'Room 12-34' });
    const both = ['Berlin', 'Berlin desk'];
    for (const text of [
      '030901820',
      '030 901820',
      '+49 (0)30 901820',
      '0049 30 90-18-20',
      '+4930901820',
      '901820',
      '030/9018',
    ]) {
      expect([text, await found({ q: text })]).toEqual([text, both]);
      expect([text, await found(by('phone', 'contains', text))]).toEqual([text, both]);
    }
    expect(await found(by('phone', 'eq', '0049-30-901820'))).toEqual(['Berlin']);
    expect(await found(by('phone', 'eq', '030 901820 x12'))).toEqual(['Berlin desk']);
    expect(await found(by('phone', 'startswith', '+49 30'))).toEqual(both);
    expect(await found({ q: '001 617 4951000' })).toEqual(['Boston']);
    expect(await found({ q: 'boston 617-495' })).toEqual(['Boston']);
    expect(await found({ q: '1234' })).toEqual(['Door']);
    expect(await found({ q: 'room 12' })).toEqual(['Door']);
  });
});
