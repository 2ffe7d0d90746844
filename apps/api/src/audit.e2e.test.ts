import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestCompany } from './testing/api-process.js';
import { auditStage, told } from './testing/audit-stage.js';
import { type Colleague } from './testing/colleagues.js';

const stage = auditStage(sharedApi);
const { audit, call, entries, made } = stage;
let admin: pg.Client;
let company: TestCompany;
let auditor: Colleague;
let ownOnly: Colleague;
let withheld: Colleague;
let noContacts: Colleague;
let outsider: Colleague;
let mine: any;
let theirs: any;
let contact: any;

beforeAll(async () => {
  admin = new pg.Client({ connectionString: stage.api.database.adminUrl });
  await admin.connect();
  ({ company, auditor, ownOnly, withheld, noContacts, outsider, mine, theirs, contact } = stage.world);
});
afterAll(() => admin?.end());

describe('filters', () => {
  test('a record’s events come newest first, with actor, time, origin and cause', async () => {
    const data = await entries(auditor, { object: 'contact', record: contact.id });
    // Deleting the account unlinked the contact.
    expect(data.map((e) => [e.verb, e.version])).toEqual([
      ['unlinked', 3],
      ['updated', 2],
      ['created', 1],
    ]);
    expect(data[1]).toMatchObject({
      object: 'contact',
      record: { id: contact.id, name: 'Ann Canaryson' },
      actor: { kind: 'member', id: company.memberId, name: 'Ada Admin' },
      cause: { kind: 'request', id: null },
      origin: { ip: '127.0.0.1', userAgent: 'lightMyRequest' },
      changes: {
        email: { before: 'ann.canary@example.com', after: 'second.canary@example.com' },
        jobTitle: { before: null, after: 'CFO' },
      },
    });
    expect(data[2].changes.account.after).toEqual({ id: theirs.id, name: 'Other account' });
    const history = (await call(auditor, 'GET', `/contacts/${contact.id}/history`)).body.data;
    expect(data.map(({ object: _, record: __, meta: ___, ...entry }) => entry)).toEqual(history);
  });

  test('by person', async () => {
    expect(told(await entries(auditor, { actor: ownOnly.memberId }))).toEqual(['account created']);
  });

  test('by action, and by action of one object', async () => {
    expect(told(await entries(auditor, { action: 'deleted' }))).toEqual(['account deleted']);
    expect(told(await entries(auditor, { action: 'updated', object: 'contact' }))).toEqual([
      'contact updated',
    ]);
    expect(told(await entries(auditor, { action: 'created', object: 'account' }))).toEqual([
      'account created',
      'account created',
    ]);
  });

  test('by correlation id', async () => {
    expect(told(await entries(auditor, { correlationId: 'corr-4711' }))).toEqual(['account updated']);
  });

  test('by field, also one whose values are encrypted in the log', async () => {
    expect(told(await entries(auditor, { object: 'account', field: 'city' }))).toEqual([
      'account deleted',
      'account updated',
      'account created',
    ]);
    expect(told(await entries(auditor, { object: 'contact', field: 'email' }))).toEqual([
      'contact updated',
      'contact created',
    ]);
    expect(await entries(auditor, { object: 'contact', field: 'department' })).toEqual([]);
  });

  test('by time, from inclusive and to exclusive', async () => {
    const data = await entries(auditor, { object: 'contact', record: contact.id });
    const [third, second, first] = data.map((e) => e.at as string);
    const between = async (query: Record<string, string>) =>
      (await entries(auditor, { record: contact.id, ...query })).map((e) => e.version);
    expect(await between({ from: second! })).toEqual([3, 2]);
    expect(await between({ to: second! })).toEqual([1]);
    expect(await between({ from: first!, to: third! })).toEqual([2, 1]);
    expect(await between({ from: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
  });

  test('security events are listed with those of records, and can be filtered', async () => {
    const answer = await call(company, 'PUT', `/members/${outsider.memberId}/roles`, {
      roleIds: [(await call(company, 'GET', '/roles')).body.data.find((r: any) => r.key === 'readOnly').id],
    });
    expect(answer.status).toBe(200);
    await call(company, 'GET', '/audit/export');
    const security = await entries(auditor, { object: 'security' });
    expect(security.length).toBeGreaterThan(0);
    expect(security.every((e) => e.object.startsWith('security.'))).toBe(true);
    expect(told(await entries(auditor, { object: 'security.audit' }))).toEqual([
      'security.audit auditExported',
    ]);
    expect(told(await entries(auditor))).toContain('security.audit auditExported');
  });

  test('what cannot be asked for is refused with the reason', async () => {
    const refused = async (query: Record<string, string>) => {
      const { status, body } = await audit(auditor, query);
      return [status, body.errors?.[0]?.pointer];
    };
    expect(await refused({ object: 'nothing' })).toEqual([400, '?object']);
    expect(await refused({ field: 'email' })).toEqual([400, '?field']);
    expect(await refused({ object: 'contact', field: 'nothing' })).toEqual([400, '?field']);
    expect(await refused({ record: 'x' })).toEqual([400, '?record']);
    expect(await refused({ actor: '1' })).toEqual([400, '?actor']);
    expect(await refused({ from: 'yesterday' })).toEqual([400, '?from']);
    expect(await refused({ from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' })).toEqual([400, '?to']);
    expect(await refused({ limit: '0' })).toEqual([400, '?limit']);
    expect(await refused({ cursor: 'abc' })).toEqual([400, '?cursor']);
    expect(await refused({ nothing: '1' })).toEqual([400, '?nothing']);
  });
});

describe('pages', () => {
  test('follow each other without gap or repetition, and belong to their filter', async () => {
    const whole = (await entries(auditor, { limit: '200' })).map((e) => e.id);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await audit(auditor, { limit: '3', ...(cursor ? { cursor } : {}) });
      paged.push(...body.data.map((e: any) => e.id));
      expect(body.page.hasMore).toBe(body.page.nextCursor !== null);
      cursor = body.page.nextCursor ?? undefined;
    } while (cursor);
    expect(paged).toEqual(whole);
    expect(paged).toEqual([...paged].sort().reverse());
    const { body } = await audit(auditor, { limit: '1' });
    expect(
      (await audit(auditor, { limit: '1', object: 'account', cursor: body.page.nextCursor })).status,
    ).toBe(400);
  });
});

describe('rights', () => {
  test('without the right to view the audit it is refused', async () => {
    for (const path of ['/audit', '/audit/export', '/audit/seal'])
      expect([path, (await call(outsider, 'GET', path)).status]).toEqual([path, 403]);
  });

  test('records out of the reader’s scope are left out, security events are not', async () => {
    const data = await entries(ownOnly, { limit: '200' });
    const records = data.filter((e) => !e.object.startsWith('security.') && e.object !== 'member');
    expect(records.map((e) => e.record.id)).toEqual([mine.id]);
    expect(await entries(ownOnly, { record: theirs.id })).toEqual([]);
    expect(data.some((e) => e.object.startsWith('security.'))).toBe(true);
  });

  test('objects the reader may not view are left out, including their names', async () => {
    const data = await entries(noContacts, { limit: '200' });
    expect(data.some((e) => e.object === 'contact')).toBe(false);
    expect(JSON.stringify(data)).not.toContain('anary');
    expect(await entries(noContacts, { object: 'contact' })).toEqual([]);
  });

  test('masked and hidden fields are withheld as in the history, and reported as withheld', async () => {
    const data = await entries(withheld, { object: 'contact' });
    const text = JSON.stringify(data);
    for (const secret of ['canary', 'Canaryson', '111 22 33']) expect(text).not.toContain(secret);
    expect(data[1].changes.email).toEqual({ before: 'a•••@e•••.com', after: 's•••@e•••.com' });
    expect(data[0].meta.access).toEqual({ email: 'mask', phone: 'hidden', lastName: 'mask' });
    expect(data[0].record).toEqual({ id: contact.id });
    const history = (await call(withheld, 'GET', `/contacts/${contact.id}/history`)).body.data;
    expect(data.map((e) => e.changes)).toEqual(history.map((e: any) => e.changes));
  });

  test('a field that is not unmasked for the reader cannot be filtered by', async () => {
    for (const field of ['email', 'phone']) {
      const { status, body } = await audit(withheld, { object: 'contact', field });
      expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'fieldNotInClear', '?field']);
    }
    expect((await audit(withheld, { object: 'contact', field: 'jobTitle' })).status).toBe(200);
    const exported = await call(withheld, 'GET', '/audit/export?object=contact&field=email');
    expect(exported.status).toBe(422);
  });

  test('another company’s log is not found', async () => {
    const other = await registerCompany(stage.api);
    expect(await entries(other, { record: contact.id })).toEqual([]);
    expect(await entries(other, { correlationId: 'corr-4711' })).toEqual([]);
  });
});

test('values of encrypted fields are in the log only under the record’s key', async () => {
  const other = await registerCompany(stage.api);
  const rule = await call(other, 'PUT', '/masking-rules/account/phone', { strategy: 'encrypt' });
  expect([rule.status, rule.body.detail]).toEqual([200, undefined]);
  const account = await made(other, '/accounts', { name: 'Sealed', phone: 'canary-2468' });
  await call(other, 'PATCH', `/accounts/${account.id}`, { phone: 'canary-1357' });
  const { rows } = await admin.query(`select e::text as text from record_event e where record_id = $1`, [
    account.id,
  ]);
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toContain('canary');
  const [updated] = await entries(other, { object: 'account', field: 'phone' });
  expect(updated.changes).toEqual({ phone: { before: 'canary-2468', after: 'canary-1357' } });
  expect((await call(other, 'GET', `/accounts/${account.id}/as-of?version=1`)).body.phone).toBe(
    'canary-2468',
  );
});

describe('export', () => {
  test('gives the same as the list, as newline-delimited JSON', async () => {
    const listed = await entries(auditor, { object: 'contact', limit: '200' });
    for (const answer of [
      await call(auditor, 'GET', '/audit/export?object=contact&format=ndjson'),
      await call(auditor, 'GET', '/audit/export?object=contact', undefined, {
        accept: 'application/x-ndjson',
      }),
    ]) {
      expect(answer.headers['content-type']).toMatch(/^application\/x-ndjson/);
      const lines = String(answer.body)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toEqual(listed);
    }
  });

  test('gives a line per changed field as CSV, safe for spreadsheets', async () => {
    const formula = await made(company, '/accounts', { name: '=HYPERLINK("http://x")' });
    const answer = await call(auditor, 'GET', `/audit/export?record=${formula.id}`);
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    expect(answer.headers['content-disposition']).toMatch(/attachment; filename="audit-.*\.csv"/);
    const [head, ...lines] = String(answer.body).trimEnd().split('\r\n');
    expect(head).toBe(
      'at,action,object,recordId,record,field,before,after,actorKind,actorId,actor,causeKind,causeId,correlationId,ip,userAgent,eventId',
    );
    const name = lines.find((line) => line.includes(',name,'))!;
    expect(name).toContain(
      `,created,account,${formula.id},"'=HYPERLINK(""http://x"")",name,,"'=HYPERLINK(""http://x"")"`,
    );
    expect(lines.find((line) => line.includes(',owner,'))).toContain(',owner,,Ada Admin,member,');
  });

  test('is itself logged, with its filters', async () => {
    await call(withheld, 'GET', '/audit/export?object=account&action=created&format=ndjson');
    const [entry] = await entries(auditor, { object: 'security.audit' });
    expect(entry).toMatchObject({
      verb: 'auditExported',
      actor: { id: withheld.memberId },
      changes: { format: { after: 'ndjson' }, object: { after: 'account' }, action: { after: 'created' } },
    });
  });

  test('withholds what the list withholds', async () => {
    for (const format of ['csv', 'ndjson']) {
      const { body } = await call(withheld, 'GET', `/audit/export?format=${format}`);
      for (const secret of ['ann.canary', 'second.canary', 'Canaryson', '111 22 33'])
        expect(JSON.stringify(body)).not.toContain(secret);
    }
  });
});
