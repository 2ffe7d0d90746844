import { createHash, randomUUID } from 'node:crypto';
import { eventually } from '@pellucid/platform/testing';
import { describe, expect, test } from 'vitest';
import { apiKeysStage, using, wrongSecret } from './testing/api-keys-stage.js';
import { registerCompany, testApi } from './testing/api-process.js';

const stage = apiKeysStage({ withReplica: true });
const { admin, events, make, outcome } = stage;

describe('a key', () => {
  test('is shown once, works in either header, and later answers never contain it', async () => {
    const made = await admin('POST', '/api-keys', {
      name: '  Web shop ',
      roleId: stage.roles['readOnly'],
      allowedAddresses: ['127.0.0.0/8'],
      ratePerMinute: 50,
      expiresAt: '2099-01-01T01:00:00+01:00',
    });
    expect(made).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/api-keys/${made.body.id}` },
      body: {
        name: 'Web shop',
        roleId: stage.roles['readOnly'],
        roleName: 'Read Only',
        state: 'active',
        expiresAt: '2099-01-01T00:00:00.000Z',
        revokedAt: null,
        lastUsedAt: null,
        allowedAddresses: ['127.0.0.0/8'],
        ratePerMinute: 50,
        createdBy: { id: stage.company.memberId, name: 'Ada Admin' },
        version: 1,
      },
    });
    const { id, key } = made.body;
    const plain = (uuid: string) => uuid.replaceAll('-', '');
    expect(key).toMatch(new RegExp(`^plc_${plain(stage.company.tenantId)}_${plain(id)}_[\\w-]{43}$`));
    expect(await outcome(key)).toBe('allowed');
    expect((await stage.api.call('GET', '/accounts', { headers: { 'x-api-key': key } })).status).toBe(200);
    expect(
      (await stage.api.call('GET', '/accounts', using(key, { headers: { 'x-api-key': key } }))).status,
    ).toBe(200);

    const listed = await admin('GET', '/api-keys');
    const got = await admin('GET', `/api-keys/${id}`);
    expect(got).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { id, name: 'Web shop' } });
    expect(JSON.stringify([listed.body, got.body])).not.toContain(key.slice(-43));
    expect(got.body).not.toHaveProperty('key');
  });

  test('is not in the database: only its hash is, in one row', async () => {
    const idempotent = { 'idempotency-key': randomUUID() };
    const { id, key } = (
      await admin('POST', '/api-keys', { name: 'Scan', roleId: stage.roles['readOnly'] }, idempotent)
    ).body;
    const rotated = (
      await admin(
        'POST',
        `/api-keys/${id}/rotate`,
        { overlapMinutes: 5 },
        { 'idempotency-key': randomUUID() },
      )
    ).body.key;
    await outcome(rotated);
    const { rows: tables } = await stage.people.sql(
      `select c.oid::regclass::text as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
    );
    const holding = async (text: string) => {
      const found: string[] = [];
      for (const { name } of tables) {
        const { rows } = await stage.people.sql(
          `select count(*)::int as n from ${name} t where position($1 in t::text) > 0`,
          [text],
        );
        if (rows[0].n > 0) found.push(`${name} ${rows[0].n}`);
      }
      return found;
    };
    expect(tables.length).toBeGreaterThan(30);
    for (const secret of [key, rotated]) {
      expect(await holding(secret.slice(-43))).toEqual([]);
      // In bytea columns, base64 content would show as hex.
      expect(await holding(Buffer.from(secret.slice(-43)).toString('hex'))).toEqual([]);
    }
    const hash = createHash('sha256').update(rotated).digest('hex');
    expect(await holding(hash)).toEqual(['api_key 1']);
  });

  test('is made once for a repeated request, which does not show it again', async () => {
    const body = { name: 'Twice', roleId: stage.roles['readOnly'] };
    const headers = { 'idempotency-key': randomUUID() };
    const first = await admin('POST', '/api-keys', body, headers);
    const second = await admin('POST', '/api-keys', body, headers);
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id, key: null } });
    expect((await admin('POST', '/api-keys', { ...body, name: 'Other' }, headers)).status).toBe(422);
    const turn = { 'idempotency-key': randomUUID() };
    const rotate = () => admin('POST', `/api-keys/${first.body.id}/rotate`, { overlapMinutes: 0 }, turn);
    const { key } = (await rotate()).body;
    expect((await rotate()).body).toMatchObject({ key: null, version: 2 });
    expect(await outcome(key)).toBe('allowed');
  });

  test('with anything wrong in it is refused by field', async () => {
    const problems = async (body: object) => {
      const answer = await admin('POST', '/api-keys', {
        name: 'Bad',
        roleId: stage.roles['readOnly'],
        ...body,
      });
      expect(answer.status).toBe(422);
      return answer.body.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`);
    };
    expect(
      await problems({
        name: '  ',
        expiresAt: '2020-01-01T00:00:00Z',
        allowedAddresses: ['192.0.2.0/24', '10.0.0.300', '10.0.0.1/8'],
        roleId: randomUUID(),
      }),
    ).toEqual([
      '/name too_small',
      '/roleId unknownRole',
      '/expiresAt pastExpiry',
      '/allowedAddresses/1 invalidAddress',
      '/allowedAddresses/2 invalidAddress',
    ]);
    expect(await problems({ ratePerMinute: 0 })).toEqual(['/ratePerMinute too_small']);
    expect(await problems({ expiresAt: 'tomorrow' })).toEqual(['/expiresAt invalid_format']);
    expect(await problems({ tenantId: randomUUID() })).toEqual(['/tenantId unknownField']);
    const { id } = await make();
    const change = (body: object) => admin('PATCH', `/api-keys/${id}`, body);
    expect((await change({ roleId: randomUUID() })).body.errors[0].pointer).toBe('/roleId');
    expect((await change({ allowedAddresses: ['x'] })).body.errors[0].pointer).toBe('/allowedAddresses/0');
    const rotate = await admin('POST', `/api-keys/${id}/rotate`, {});
    expect(rotate.body.errors[0].pointer).toBe('/overlapMinutes');
  });

  test('is changed field by field, with a check of the version', async () => {
    const { id } = await make({ allowedAddresses: ['::1'], ratePerMinute: 7 });
    const changed = await admin('PATCH', `/api-keys/${id}`, { name: 'Renamed', ratePerMinute: null });
    expect(changed).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { name: 'Renamed', ratePerMinute: null, allowedAddresses: ['::1'], version: 2 },
    });
    const stale = await admin('PATCH', `/api-keys/${id}`, { name: 'Late' }, { 'if-match': '"1"' });
    expect(stale).toMatchObject({
      status: 412,
      body: { code: 'versionConflict', current: { name: 'Renamed' } },
    });
    expect((await admin('PATCH', `/api-keys/${id}`, { name: 'Renamed' })).body.version).toBe(2);
    expect(await events(id)).toMatchObject([
      { verb: 'apiKeyCreated', actor: 'member', actorId: stage.company.memberId },
      {
        verb: 'apiKeyChanged',
        changes: { name: { before: 'Shop', after: 'Renamed' }, ratePerMinute: { before: 7, after: null } },
      },
    ]);
  });

  test('is listed newest first, page by page and by state', async () => {
    const other = await registerCompany(stage.api);
    const ids: string[] = [];
    for (const name of ['1', '2', '3']) ids.unshift((await make({ name }, other)).id);
    await stage.api.call('DELETE', `/api-keys/${ids[2]}`, { token: other.token });
    const page = async (query: string) =>
      (await stage.api.call('GET', `/api-keys?${query}`, { token: other.token })).body;
    const first = await page('limit=2');
    expect(first.data.map((k: { id: string }) => k.id)).toEqual(ids.slice(0, 2));
    const rest = await page(`limit=2&cursor=${first.page.nextCursor}`);
    expect(rest).toMatchObject({
      data: [{ id: ids[2], state: 'revoked' }],
      page: { nextCursor: null, hasMore: false },
    });
    expect((await page('state=active')).data).toHaveLength(2);
    expect((await page('state=revoked')).data).toHaveLength(1);
    expect((await page(`state=active&cursor=${first.page.nextCursor}`)).code).toBe('invalidCursor');
  });
});

describe('what is known of a key', () => {
  test('its use is counted by day with failures, including refusals, and shows after some seconds', async () => {
    const begun = Date.now();
    const { id, key } = await make();
    for (const path of ['/accounts', '/accounts', `/accounts/${randomUUID()}`, '/auth/me'])
      await stage.api.call('GET', path, using(key));
    await outcome(wrongSecret(key));
    await admin('DELETE', `/api-keys/${id}`);
    expect(await outcome(key)).toBe('401 keyRevoked');
    const usage = async (days: number) =>
      (await admin('GET', `/api-keys/${id}/usage?days=${days}`)).body.data;
    // Midnight may pass between any two requests, so the uses can be on two days.
    const sum = (days: any[], key: string) => days.reduce((all, day) => all + day[key], 0);
    await eventually(async () => sum(await usage(2), 'requests') >= 5);
    const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
    const asked = Date.now();
    const month = await usage(30);
    const last = Date.parse(month.at(-1).day);
    expect([dayOf(asked), dayOf(Date.now())]).toContain(month.at(-1).day);
    expect(month.map(({ day }: { day: string }) => day)).toEqual(
      Array.from({ length: 30 }, (_, n) => dayOf(last - (29 - n) * 86_400_000)),
    );
    const used = month.filter(({ day }: { day: string }) => day >= dayOf(begun));
    expect([sum(used, 'requests'), sum(used, 'failures')]).toEqual([5, 3]);
    expect([sum(month, 'requests'), sum(month, 'failures')]).toEqual([5, 3]);
    expect(await usage(1)).toHaveLength(1);
    const { lastUsedAt } = (await admin('GET', `/api-keys/${id}`)).body;
    expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(begun);
    expect(Date.parse(lastUsedAt)).toBeLessThanOrEqual(Date.now());
    expect((await admin('GET', `/api-keys/${id}/usage?days=0`)).status).toBe(400);
  });

  test('its use is not lost when the process shuts down in order', async () => {
    const { id, key } = await make();
    const leaving = await testApi(stage.api.database);
    expect(await outcome(key, leaving)).toBe('allowed');
    await leaving.close();
    const { rows } = await stage.people.sql(
      'select requests, failures from api_key_usage where api_key_id = $1',
      [id],
    );
    expect(rows).toEqual([{ requests: 1, failures: 0 }]);
  });

  test('a refusal is logged once a minute across all replicas, with the reason and the key', async () => {
    const { id, key } = await make({ allowedAddresses: ['192.0.2.1'] });
    // Started first: on a slow machine that takes a good part of the minute.
    const late = await testApi(stage.api.database);
    for (let n = 0; n < 3; n++)
      for (const on of [stage.api, stage.replica]) expect(await outcome(key, on)).toBe('401 keyAddress');
    const refusals = async () => (await events(id)).filter(({ verb }) => verb === 'apiKeyRefused');
    await eventually(async () => (await refusals()).length > 0);
    // Closing the API waits for all pending writes.
    expect(await outcome(key, late)).toBe('401 keyAddress');
    await late.close();
    expect(await refusals()).toEqual([
      {
        verb: 'apiKeyRefused',
        actor: 'apiKey',
        actorId: id,
        changes: { reason: { after: 'keyAddress' } },
        origin: expect.objectContaining({ ip: '127.0.0.1' }),
      },
    ]);

    const guessed = await make();
    await outcome(wrongSecret(guessed.key));
    const told = await eventually(async () => {
      const found = (await events(guessed.id)).filter(({ verb }) => verb === 'apiKeyRefused');
      return found.length > 0 ? found : null;
    });
    expect(told).toMatchObject([{ actor: 'system', changes: { reason: { after: 'invalidKey' } } }]);
  });

  test('no event of a key holds its secret', async () => {
    const { rows } = await stage.people.sql(
      `select changes::text as text from record_event where tenant_id = $1 and object = 'security.apiKey'`,
      [stage.company.tenantId],
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { text } of rows) expect(text).not.toMatch(/plc_|[0-9a-f]{64}/);
  });
});

test('the API description offers both ways to send a key, and the token only where a person is needed', async () => {
  const { body } = await stage.api.call('GET', '/openapi.json');
  expect(body.components.securitySchemes).toMatchObject({
    bearer: { type: 'http', scheme: 'bearer' },
    apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
  });
  expect(body.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  expect(body.paths['/api/v1/accounts'].get.security).toBeUndefined();
  expect(body.paths['/api/v1/auth/me'].get.security).toEqual([{ bearer: [] }]);
  expect(body.paths['/api/v1/auth/login'].post.security).toEqual([]);
});
