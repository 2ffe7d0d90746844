import { randomBytes } from 'node:crypto';
import {
  KeyCheck,
  protectFieldJob,
  resealTokensJob,
  StoredValues,
} from '@pellucid/modules/field-security/testing';
import { recordDescriptors } from '@pellucid/modules/lists/records';
import { FieldKeyRing } from '@pellucid/platform/crypto';
import { eventually, holdWrites } from '@pellucid/platform/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, testApi } from './testing/api-process.js';
import { WorkerStage } from './testing/worker-stage.js';
import { TestPeople } from './testing/colleagues.js';

let stage: WorkerStage;
let people: TestPeople;

beforeAll(async () => {
  stage = await WorkerStage.open();
  people = await TestPeople.of(stage.database, stage.api, stage.company);
});
afterEach(async () => {
  await stage.killWorkers();
});
afterAll(async () => {
  await people?.end();
  await stage?.close();
});

const key = () => randomBytes(32).toString('base64');
const canary = () => `canary${randomBytes(8).toString('hex')}`;
const on =
  (target: TestApi, token = stage.company.token) =>
  (method: string, path: string, body?: unknown) =>
    target.call(method, path, { token, ...(body === undefined ? {} : { body }) });
const admin = (method: string, path: string, body?: unknown) => on(stage.api)(method, path, body);
const where = (tree: unknown) => `filter=${encodeURIComponent(JSON.stringify(tree))}`;
const withKeys = (keys: string): Promise<TestApi> =>
  testApi(stage.database, [], {
    ...stage.api,
    environment: { ...stage.api.environment, PELLUCID_FIELD_KEYS: keys },
  });
const freeLeases = () =>
  stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);

async function made(path: string, values: Record<string, unknown>, by = admin): Promise<any> {
  const answer = await by('POST', path, values);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const stateOf = async (object: string, field: string, by = admin) =>
  (await by('GET', '/field-encryption')).body.data.find((p: any) => p.object === object && p.field === field);
const settled = (object: string, field: string, by = admin) =>
  eventually(async () => {
    const state = await stateOf(object, field, by);
    return !state || state.finishedAt !== null;
  });
const count = async (text: string, values: unknown[] = []) =>
  Number((await stage.owner.query(`select count(*) as n from ${text}`, values)).rows[0].n);

/** Findings of `npm run keys:check` with these keys. */
async function keyReports(keys: string) {
  const store = new StoredValues(stage.owner);
  const reports = [];
  for await (const report of new KeyCheck(store, new FieldKeyRing(keys), recordDescriptors).check())
    reports.push(report);
  return reports;
}

/** Tables that contain a text in any column, bytes included. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await stage.owner.query(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const values = [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`];
    const { rowCount } = await stage.owner.query(
      `select 1 from public."${name}" x where x::text ilike $1 or x::text ilike $2 limit 1`,
      values,
    );
    if (rowCount) found.push(name);
  }
  return found;
}

test('an encrypted value is nowhere in the database in plain text, and reads, equality and history still work', async () => {
  const [before, after, changed, named] = [canary(), canary(), canary(), canary()];
  const role = await people.role({
    permissions: [{ object: 'contact', action: '*', scope: 'all' }],
    fields: [{ object: 'contact', field: 'email', access: 'mask' }],
  });
  const masked = await people.colleague([role]);
  await people.settleEverywhere();
  const old = await made('/contacts', { lastName: 'Old', email: `${before}@example.com`, phone: before });
  const bare = await made('/contacts', { email: `${named}@example.com` });
  expect(await tablesWith(before), 'the search finds what is there').toContain('contact');
  expect(await tablesWith(named)).toContain('contact');
  await admin('PATCH', `/contacts/${old.id}`, { phone: null });
  const events = await count('record_event');
  const put = await admin('PUT', '/masking-rules/contact/email', { strategy: 'encrypt' });
  expect(put.status, JSON.stringify(put.body)).toBe(200);
  stage.startWorker();
  await settled('contact', 'email');
  expect(await stateOf('contact', 'email')).toMatchObject({ state: 'encrypted', done: 2, error: null });
  expect(await count(`record_event where object = 'contact'`)).toBeLessThanOrEqual(events);
  const fresh = await made('/contacts', { lastName: 'Fresh', email: `${after}@example.com` });
  await admin('PATCH', `/contacts/${fresh.id}`, { email: `${changed}@example.com` });

  for (const text of [before, after, changed, named]) expect(await tablesWith(text), text).toEqual([]);

  const got = await admin('GET', `/contacts/${old.id}`);
  expect(got.body).toMatchObject({ email: `${before}@example.com`, version: 2 });
  const list = await admin('GET', '/contacts');
  expect(list.body.data.map((c: any) => c.email)).toEqual(
    expect.arrayContaining([`${before}@example.com`, `${changed}@example.com`]),
  );
  const seen = await on(stage.api, masked.token)('GET', `/contacts/${old.id}`);
  expect(seen.body.email).toBe('c•••@e•••.com');
  const { body: history } = await admin('GET', `/contacts/${fresh.id}/history`);
  expect(history.data[0].changes.email).toEqual({
    before: `${after}@example.com`,
    after: `${changed}@example.com`,
  });

  const found = async (tree: unknown) =>
    (await admin('GET', `/contacts?${where(tree)}`)).body.data.map((c: any) => c.id);
  const email = { field: 'email' };
  expect(await found({ ...email, op: 'eq', value: `${before.toUpperCase()}@Example.com` })).toEqual([old.id]);
  expect(
    await found({ ...email, op: 'in', value: [`${before}@example.com`, `${changed}@example.com`] }),
  ).toHaveLength(2);
  expect(await found({ ...email, op: 'neq', value: `${before}@example.com` })).toEqual(
    expect.arrayContaining([fresh.id, bare.id]),
  );
  expect(await found({ ...email, op: 'neq', value: `${before}@example.com` })).not.toContain(old.id);
  expect(await found({ ...email, op: 'nin', value: [`${before}@example.com`] })).not.toContain(old.id);
  expect(await found({ ...email, op: 'eq', value: `${after}@example.com` })).toEqual([]);
  expect(await found({ ...email, op: 'empty' })).toEqual([]);
  const within = await admin('GET', `/contacts?${where({ ...email, op: 'contains', value: 'example' })}`);
  expect(within.status).toBe(400);
  expect((await admin('GET', '/contacts?sort=email')).status).toBe(400);
  expect((await admin('GET', `/contacts?q=${before}`)).body.data).toEqual([]);
  const aggregate = (body: object) => admin('POST', '/contacts/aggregate', body);
  expect((await aggregate({ measures: [{ fn: 'count', field: 'email' }] })).body.totals[0]).toBeGreaterThan(
    1,
  );
  for (const [body, pointer] of [
    [{ groupBy: [{ field: 'email' }] }, '/groupBy/0/field'],
    [{ measures: [{ fn: 'distinct', field: 'email' }] }, '/measures/0/field'],
  ] as const) {
    const refused = await aggregate(body);
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ pointer, code: 'fieldEncrypted' }]]);
  }
  const { body: described } = await admin('GET', '/objects/contact');
  expect(described.fields.find((f: any) => f.key === 'email')).toMatchObject({
    encrypted: true,
    sortable: false,
    searchable: false,
    filterable: true,
  });
  const { rows } = await stage.owner.query('select display_name from contact where id = $1', [bare.id]);
  expect(rows[0].display_name).toBe('Contact');
});

test('an import finds records by an encrypted field and stores no value of it', async () => {
  const known = canary();
  const fresh = canary();
  const { id } = await made('/contacts', { lastName: 'Imported', email: `${known}@example.com` });
  await stage.api.app.listen(0, '127.0.0.1');
  const form = new FormData();
  form.append(
    'file',
    new Blob([
      `Email,Last name,Department\n${known}@EXAMPLE.com,Imported,Sales\n${fresh}@example.com,New,Sales\n`,
    ]),
    'contacts.csv',
  );
  form.append(
    'options',
    JSON.stringify({
      object: 'contact',
      mode: 'upsert',
      matchBy: ['email'],
      mapping: { Email: 'email', 'Last name': 'lastName', Department: 'department' },
    }),
  );
  const taken = await fetch(`${await stage.api.app.getUrl()}/api/v1/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.company.token}` },
    body: form,
  });
  const { id: importId } = (await taken.json()) as { id: string };
  expect(taken.status).toBe(202);
  stage.startWorker();
  const run = await eventually(async () => {
    const { body } = await admin('GET', `/imports/${importId}`);
    return ['completed', 'failed'].includes(body.status) ? body : null;
  });
  expect(run.counts, JSON.stringify(run)).toMatchObject({ created: 1, updated: 1, failed: 0 });
  expect((await admin('GET', `/contacts/${id}`)).body).toMatchObject({ department: 'Sales' });
  expect(await tablesWith(known)).toEqual([]);
  expect(await tablesWith(fresh)).toEqual([]);
});

test('lead conversion finds the contact by its encrypted address', async () => {
  const email = `${canary()}@example.com`;
  const account = await made('/accounts', { name: 'Sealed Ltd' });
  const known = await made('/contacts', { lastName: 'Known', email, account: account.id });
  const lead = await made('/leads?allowDuplicates=true', {
    lastName: 'Known',
    company: 'Sealed Ltd',
    email,
  });
  const converted = await admin('POST', `/leads/${lead.id}/convert`, {});
  expect(converted.body.contact?.id, JSON.stringify(converted.body)).toBe(known.id);
});

test('a value that looks sealed is refused, so that no cipher text can be moved to another record', async () => {
  const one = await made('/contacts', { lastName: 'One', email: `${canary()}@example.com` });
  const two = await made('/contacts', { lastName: 'Two', email: `${canary()}@example.com`, department: 'x' });
  const { rows } = await stage.owner.query('select email from contact where id = $1', [one.id]);
  expect(rows[0].email).toMatch(/^enc\.v1\.k1\./);
  const pasted = await admin('PATCH', `/contacts/${two.id}`, { department: rows[0].email.slice(0, 150) });
  expect(pasted.body.errors[0]).toMatchObject({ pointer: '/department', code: 'reservedText' });
  await stage.owner.query('update contact set email = $1 where id = $2', [rows[0].email, two.id]);
  const moved = await admin('GET', `/contacts/${two.id}`);
  expect(moved.body).toMatchObject({ status: 503, code: 'sealedValueBroken' });
  await stage.owner.query('delete from contact where id = $1', [two.id]);
});

test('a killed worker continues where it was; both forms can be read and matched meanwhile; decrypting again loses nothing', async () => {
  const mark = canary();
  const address = (i: number) => `${mark}.${i}@example.com`;
  const total = 2200;
  for (let from = 0; from < total; from += 500)
    await admin('POST', '/leads/bulk', {
      action: 'create',
      rows: Array.from({ length: Math.min(500, total - from) }, (_, i) => ({
        lastName: `Lead ${from + i}`,
        email: address(from + i),
      })),
    });
  const sums = async () => {
    const { rows } = await stage.owner.query(
      'select count(*)::int as n, sum(version)::int as versions, max(updated_at) as changed from lead where tenant_id = $1',
      [stage.company.tenantId],
    );
    return rows[0];
  };
  const plain = (negate = '') =>
    count(`lead where email is not null and ${negate} email like 'enc.v1.%' and tenant_id = $1`, [
      stage.company.tenantId,
    ]);
  const before = await sums();
  const events = await count(`record_event where object = 'lead'`);
  /** Expects reads and equality filters to find some leads, whatever is happening to their rows. */
  const check = async (when: string) => {
    for (const i of [0, 499, 500, 1100, total - 1]) {
      const answer = await admin('GET', `/leads?${where({ field: 'email', op: 'eq', value: address(i) })}`);
      expect(
        answer.body.data?.map((l: any) => l.email),
        `${when} ${i}: ${JSON.stringify(answer.body).slice(0, 200)}`,
      ).toEqual([address(i)]);
    }
  };
  /** Kills the worker once some rows, but not all, are done. @returns how many are encrypted by then */
  const interrupted = async () => {
    const held = await holdWrites(stage.database, 'lead', 1000);
    const worker = stage.startWorker();
    await held.reached();
    await worker.kill();
    await held.release();
    return plain();
  };
  await admin('PUT', '/masking-rules/lead/email', { strategy: 'encrypt' });
  await check('announced');
  const between = await interrupted();
  expect(between).toBeGreaterThan(0);
  expect(between).toBeLessThan(total);
  await check('half sealed');
  await admin('PATCH', `/leads/${(await admin('GET', '/leads?limit=1')).body.data[0].id}`, { rating: 'Hot' });
  const touched = await sums();
  await freeLeases();
  stage.startWorker();
  await settled('lead', 'email');
  expect(await plain('not')).toBe(0);
  await check('sealed');
  expect(await tablesWith(mark)).toEqual([]);
  expect(await sums()).toEqual(touched);
  expect(touched.versions).toBe(before.versions + 1);
  expect(await count(`record_event where object = 'lead'`)).toBe(events + 1);

  await stage.killWorkers();
  await admin('DELETE', '/masking-rules/lead/email');
  await check('announced back');
  await interrupted();
  await check('half opened');
  await freeLeases();
  stage.startWorker();
  await eventually(async () => (await stateOf('lead', 'email')) === undefined);
  expect(await plain()).toBe(0);
  await check('opened');
  const found = await admin('GET', `/leads?q=${address(1234)}`);
  expect(found.body.data.map((l: any) => l.email)).toEqual([address(1234)]);
  expect(await sums()).toEqual(touched);
});

test('without a key, reads and writes of its rows fail and name it; a rotation moves all rows to the new key', async () => {
  const k1 = stage.api.environment['PELLUCID_FIELD_KEYS']!;
  const k2 = `k2:${key()}`;
  const email = `${canary()}@example.com`;
  const { id } = await made('/contacts', { lastName: 'Rotated', email });
  await admin('PUT', '/masking-rules/contact/mobile', { strategy: 'tokenize' });
  const { body: tokenised } = await admin('PATCH', `/contacts/${id}`, { mobile: '+49 170 555 0142' });
  expect(tokenised.mobile).toBe('+49 170 555 0142');

  const without = await withKeys(k2);
  try {
    const call = on(without);
    for (const [method, path, body] of [
      ['GET', `/contacts/${id}`, undefined],
      ['GET', '/contacts', undefined],
      ['PATCH', `/contacts/${id}`, { lastName: 'Other' }],
      ['DELETE', `/contacts/${id}`, undefined],
      ['GET', `/contacts?fields=lastName&${where({ field: 'email', op: 'eq', value: email })}`, undefined],
    ] as const) {
      const answer = await call(method, path, body);
      expect(answer.body, `${method} ${path}`).toMatchObject({
        status: 503,
        code: 'fieldKeyMissing',
        keyId: 'k1',
      });
      expect(JSON.stringify(answer.body)).not.toContain(email);
    }
    expect((await call('GET', '/contacts?fields=lastName')).status, 'nothing sealed is read').toBe(200);
    expect((await stateOf('contact', 'email', call)).missingKeyIds).toEqual(['k1']);
  } finally {
    await without.close();
  }
  const lost = (await keyReports(k2)).flatMap((report) => report.lost);
  expect(lost).toContainEqual({ recordId: id, keyId: 'k1', because: 'missing' });
  expect(lost).toContainEqual({
    recordId: id,
    keyId: 'k1',
    because: 'missing',
    token: expect.stringMatching(/^tok_/),
  });
  const otherBytes = (await keyReports(`k1:${key()}`)).flatMap((report) => report.lost);
  expect(otherBytes).toContainEqual({ recordId: id, keyId: 'k1', because: 'broken' });
  expect((await keyReports(k1)).flatMap((report) => report.lost)).toEqual([]);
  expect((await admin('GET', `/contacts/${id}`)).body).toMatchObject({
    email,
    version: 2,
    lastName: 'Rotated',
  });

  const both = await withKeys(`${k2},${k1}`);
  try {
    const call = on(both);
    const added = await made('/contacts', { lastName: 'Added', email: `${canary()}@example.com` }, call);
    expect((await call('GET', `/contacts/${id}`)).body.email).toBe(email);
    const match = `/contacts?${where({ field: 'email', op: 'eq', value: email })}`;
    expect((await call('GET', match)).body.data).toHaveLength(1);
    const rotated = await call('POST', '/field-encryption/rotate');
    expect(rotated.status, JSON.stringify(rotated.body)).toBe(202);
    expect(rotated.body.keys).toEqual({ active: 'k2', configured: ['k2', 'k1'] });
    stage.startWorker(both.environment);
    await settled('contact', 'email', call);
    await eventually(async () => (await count(`masking_token where sealed like 'enc.v1.k1.%'`)) === 0);
    expect(await count(`contact where email like 'enc.v1.k1.%' or email_norm like 'bi_k1%'`)).toBe(0);
    expect(await stateOf('contact', 'email', call)).toMatchObject({ state: 'encrypted', keyIds: ['k2'] });
    expect((await call('GET', match)).body.data.map((c: any) => c.id)).toEqual([id]);
    expect((await call('GET', `/contacts/${added.id}`)).body.version).toBe(1);
    const reports = await keyReports(k2);
    expect(reports.flatMap((report) => report.lost)).toEqual([]);
    expect([...new Set(reports.flatMap((report) => [...report.sealed.keys()]))]).toEqual(['k2']);
  } finally {
    await both.close();
  }

  const alone = await withKeys(k2);
  try {
    const call = on(alone);
    expect((await call('GET', `/contacts/${id}`)).body.email).toBe(email);
    const { rows } = await stage.owner.query('select token from masking_token where record_id = $1', [id]);
    const opened = await call('POST', '/masking/detokenise', {
      token: rows[0].token,
      reason: 'After the rotation',
    });
    expect(opened.body.value).toBe('+49 170 555 0142');
  } finally {
    await alone.close();
  }

  // What `npm run keys:rotate` requests.
  const back = await withKeys(`k3:${key()},${k2}`);
  try {
    const jobs = { field: protectFieldJob.name, tokens: resealTokensJob.name };
    expect(await new StoredValues(stage.owner).requestRotation(stage.company.tenantId, 'k3', jobs)).toEqual({
      fields: 1,
      hasTokens: true,
    });
    const other = await registerCompany(stage.api);
    await new StoredValues(stage.owner).requestRotation(other.tenantId, 'k3', jobs);
    await stage.killWorkers();
    stage.startWorker(back.environment);
    await settled('contact', 'email', on(back));
    const told = await eventually(async () => {
      const { data } = (await on(back)('GET', '/audit?action=fieldKeysRotated')).body;
      return data.some((entry: any) => entry.changes.keyId.after === 'k3') ? data : undefined;
    });
    expect(told.map((entry: any) => [entry.actor.kind, entry.cause.kind, entry.changes.keyId.after])).toEqual(
      [
        ['system', 'system', 'k3'],
        ['member', 'request', 'k2'],
      ],
    );
    expect(
      await count(`record_event where tenant_id = $1 and verb = 'fieldKeysRotated'`, [other.tenantId]),
      'a company with nothing to seal is told nothing',
    ).toBe(0);
    await eventually(async () => (await count(`masking_token where sealed like 'enc.v1.k2.%'`)) === 0);
    expect(await count(`contact where email like 'enc.v1.k2.%'`)).toBe(0);
    expect((await on(back)('GET', `/contacts/${id}`)).body.email).toBe(email);
  } finally {
    await back.close();
  }
});

test('without keys nothing can be encrypted or tokenised, and the refusal says so', async () => {
  const keyless = await withKeys('');
  try {
    for (const strategy of ['encrypt', 'tokenize']) {
      const refused = await on(keyless)('PUT', '/masking-rules/lead/phone', { strategy });
      expect(refused.status).toBe(422);
      expect(refused.body.errors[0].message).toContain('PELLUCID_FIELD_KEYS');
    }
  } finally {
    await keyless.close();
  }
});
