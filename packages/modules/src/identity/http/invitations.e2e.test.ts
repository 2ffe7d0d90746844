import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { confirmAddress } from '../testing/confirm-address.js';
import {
  type IdentityApi,
  identityApi,
  identityWorker,
  mailedToken,
  mailsTo,
  registration,
} from '../testing/identity-api.js';

let database: TestDatabase;
let api: IdentityApi;
let worker: INestApplicationContext;
let owner: pg.Client;
let admin: any;
let roleIds: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database);
  worker = await identityWorker(api.config);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  admin = await register();
  roleIds = await rolesOf(admin.accessToken);
});
afterAll(async () => {
  await owner?.end();
  await api?.close();
  await worker?.close();
  await database?.drop();
});

async function register(change: Record<string, unknown> = {}) {
  const wish = registration(change);
  const answer = await api.call('POST', '/auth/register', { body: wish });
  expect(answer.status).toBe(201);
  return { wish, ...answer.body };
}
async function rolesOf(token: string): Promise<Record<string, string>> {
  const { body } = await api.call('GET', '/roles', { token });
  return Object.fromEntries(body.data.map((role: any) => [role.key, role.id]));
}
let nth = 0;
const newAddress = () => `person-${++nth}@example.com`;
const invite = (email: string, more: object = {}, token = admin.accessToken) =>
  api.call('POST', '/members/invite', {
    token,
    body: { email, name: 'Ben Rep', roleIds: [roleIds['salesRep']], ...more },
  });
const accept = (token: string, more: object = {}) =>
  api.call('POST', '/auth/accept-invite', {
    body: { token, name: 'Ben Rep', password: 'morning tram bench 4', ...more },
  });
const logIn = (email: string, password: string) =>
  api.call('POST', '/auth/login', { body: { email, password } });

test('a new person is invited by mail, accepts with a password and gets the given role', async () => {
  const email = newAddress();
  const invited = await invite(email);
  expect(invited.status).toBe(201);
  expect(invited.body).toMatchObject({ email, roleIds: [roleIds['salesRep']], memberId: expect.any(String) });
  const token = await mailedToken(api.config, email);
  const answer = await accept(token, { name: 'Benjamin Rep' });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    tenant: { id: admin.tenant.id },
    user: { memberId: invited.body.memberId, name: 'Benjamin Rep', email },
  });
  const me = await api.call('GET', '/auth/me', { token: answer.body.accessToken });
  expect(me.body.roles.map((r: any) => r.key)).toEqual(['salesRep']);
  expect((await invite(newAddress(), {}, answer.body.accessToken)).status).toBe(403);
  expect((await logIn(email, 'morning tram bench 4')).status).toBe(200);
});

test('an invitation works once: a second use gives 422, and of two concurrent uses one succeeds', async () => {
  const email = newAddress();
  await invite(email);
  const token = await mailedToken(api.config, email);
  const answers = await Promise.all([accept(token), accept(token)]);
  expect(answers.filter((a) => a.status === 200)).toHaveLength(1);
  expect((await accept(token)).status).toBe(422);
});

test('a weak password is refused without using up the invitation', async () => {
  const email = newAddress();
  await invite(email);
  const token = await mailedToken(api.config, email);
  const refused = await accept(token, { password: 'password123' });
  expect(refused.body.errors).toMatchObject([{ pointer: '/password' }]);
  expect((await accept(token)).status).toBe(200);
});

test('a person with a log-in proves their own password, which accepting never resets', async () => {
  const other = await register();
  await confirmAddress(owner, other.wish.email);
  await invite(other.wish.email);
  const token = await mailedToken(api.config, other.wish.email);
  expect((await accept(token, { password: 'some other password 5' })).status).toBe(401);
  const joined = await accept(token, { password: other.wish.password });
  expect(joined.status).toBe(200);
  expect(joined.body.user.id).toBe(other.user.id);
  expect(joined.body.tenant.id).toBe(admin.tenant.id);
  expect((await logIn(other.wish.email, 'some other password 5')).status).toBe(401);
  const back = await api.call('POST', '/auth/switch', {
    token: joined.body.accessToken,
    body: { tenantId: other.tenant.id },
  });
  expect(back.body.tenant.id).toBe(other.tenant.id);
});

test('sending again makes the old link void', async () => {
  const email = newAddress();
  const { body } = await invite(email);
  const first = await mailedToken(api.config, email);
  const again = await api.call('POST', `/members/${body.memberId}/invite/resend`, {
    token: admin.accessToken,
  });
  expect(again.status).toBe(200);
  const second = await mailedToken(api.config, email, 2);
  expect(second).not.toBe(first);
  expect((await accept(first)).status).toBe(422);
  expect((await accept(second)).status).toBe(200);
});

test('a person gets only a few invitation mails per hour, whether resent or revoked and sent again', async () => {
  const email = newAddress();
  const { body } = await invite(email);
  const resend = () =>
    api.call('POST', `/members/${body.memberId}/invite/resend`, { token: admin.accessToken });
  for (let n = 0; n < 4; n++) expect((await resend()).status).toBe(200);
  expect([(await resend()).status, (await resend()).body.code]).toEqual([429, 'tooManyAttempts']);
  const back = await api.call('DELETE', `/members/${body.memberId}/invite`, { token: admin.accessToken });
  expect(back.status).toBe(204);
  expect((await invite(email.toUpperCase())).status).toBe(429);
  expect((await invite(newAddress())).status).toBe(201);
});

test('a company without a confirmed address can invite only a few people, and its name does not become a link in the mail', async () => {
  for (const companyName of ['Win https://evil.example', 'Win at www.evil.example']) {
    const refused = await api.call('POST', '/auth/register', { body: registration({ companyName }) });
    expect(refused.body.errors?.[0].pointer).toBe('/companyName');
  }
  const stranger = await register({ companyName: 'Prizes at evil.example', name: 'Ann www.evil.example' });
  const roles = await rolesOf(stranger.accessToken);
  const send = (email: string) => invite(email, { roleIds: [roles['salesRep']] }, stranger.accessToken);
  const first = newAddress();
  const { body } = await send(first);
  for (let n = 0; n < 8; n++) expect((await send(newAddress())).status).toBe(201);
  const resend = () =>
    api.call('POST', `/members/${body.memberId}/invite/resend`, { token: stranger.accessToken });
  expect((await resend()).status).toBe(200);
  expect([(await resend()).status, (await send(newAddress())).status]).toEqual([429, 429]);
  await mailedToken(api.config, first);
  const [mail] = await mailsTo(api.config, first);
  // The original text, decoded from quoted-printable and encoded words.
  const written = mail!
    .replace(/=\r?\n/g, '')
    .replace(/=\?utf-8\?[bB]\?([^?]+)\?=/gi, (_, text) => Buffer.from(text, 'base64').toString())
    .replace(/((?:=[0-9A-F]{2})+)/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());
  expect(written).not.toMatch(/evil\.example|https:\/\/evil|www\.evil/);
  expect(written.replaceAll('\u200B', '')).toContain('Prizes at evil.example');
});

test('a revoked invitation is not valid, and the person can be invited again', async () => {
  const email = newAddress();
  const { body } = await invite(email);
  const token = await mailedToken(api.config, email);
  const revoke = () => api.call('DELETE', `/members/${body.memberId}/invite`, { token: admin.accessToken });
  expect((await revoke()).status).toBe(204);
  expect((await accept(token)).status).toBe(422);
  expect((await revoke()).status).toBe(409);
  const anew = await invite(email);
  expect(anew.status).toBe(201);
  expect(anew.body.memberId).toBe(body.memberId);
});

test('an expired invitation is not valid', async () => {
  const email = newAddress();
  const { body } = await invite(email);
  const token = await mailedToken(api.config, email);
  await owner.query(`update invitation set expires_at = now() - interval '1 second' where id = $1`, [
    body.id,
  ]);
  expect((await accept(token)).status).toBe(422);
});

test('inviting a member or an already invited person gives 409 and sends nothing', async () => {
  const email = newAddress();
  await invite(email);
  expect((await invite(email.toUpperCase())).body.code).toBe('alreadyInvited');
  expect((await invite(admin.wish.email)).body.code).toBe('alreadyMember');
  expect(await mailsTo(api.config, admin.wish.email)).toHaveLength(0);
});

test('a member without a log-in, as created by an import, becomes the invited one', async () => {
  const email = newAddress();
  const made = await api.call('POST', '/members', {
    token: admin.accessToken,
    body: { name: 'Agent', email },
  });
  expect(made.status).toBe(201);
  const invited = await invite(email);
  expect(invited.body.memberId).toBe(made.body.id);
  const joined = await accept(await mailedToken(api.config, email));
  expect(joined.body.user.memberId).toBe(made.body.id);
});

test('unknown roles and those of another company are refused by index, and no member is created', async () => {
  const foreign = await rolesOf((await register()).accessToken);
  const email = newAddress();
  for (const id of [crypto.randomUUID(), foreign['salesRep']]) {
    const answer = await invite(email, { roleIds: [roleIds['salesRep'], id] });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer: '/roleIds/1', code: 'unknownRole' }]);
  }
  expect((await invite(email)).status).toBe(201);
});

test('nobody can grant rights that they do not have', async () => {
  const email = newAddress();
  await invite(email);
  const joined = await accept(await mailedToken(api.config, email));
  await owner.query(`update role set system = '{manageUsers}' where id = $1`, [roleIds['salesRep']]);
  await owner.query('update tenant set access_version = access_version + 1 where id = $1', [admin.tenant.id]);
  const asAdmin = () => invite(newAddress(), { roleIds: [roleIds['companyAdmin']] }, joined.body.accessToken);
  await expect.poll(async () => (await asAdmin()).body.code, { timeout: 60_000 }).toBe('roleNotGrantable');
  const promote = await api.call('PUT', `/members/${joined.body.user.memberId}/roles`, {
    token: joined.body.accessToken,
    body: { roleIds: [roleIds['companyAdmin']] },
  });
  expect(promote.status).toBe(403);
  const demote = await api.call('PUT', `/members/${admin.user.memberId}/roles`, {
    token: joined.body.accessToken,
    body: { roleIds: [] },
  });
  expect(demote.status).toBe(403);
  expect((await invite(newAddress(), {}, joined.body.accessToken)).status).toBe(201);
  await owner.query(`update role set system = '{}' where id = $1`, [roleIds['salesRep']]);
});

test('members and invitations of another company give 404', async () => {
  const stranger = await register();
  const email = newAddress();
  const { body } = await invite(email);
  const token = stranger.accessToken;
  expect((await api.call('POST', `/members/${body.memberId}/invite/resend`, { token })).status).toBe(404);
  expect((await api.call('DELETE', `/members/${body.memberId}/invite`, { token })).status).toBe(404);
  expect(
    (await api.call('PUT', `/members/${body.memberId}/roles`, { token, body: { roleIds: [] } })).status,
  ).toBe(404);
});

test('the database does not contain the link, and a job that runs twice mails it once', async () => {
  const email = newAddress();
  await invite(email);
  const token = await mailedToken(api.config, email);
  for (const table of ['job', 'outbound_message', 'invitation', 'record_event']) {
    const { rows } = await owner.query(`select count(*)::int as hits from ${table} t where t::text like $1`, [
      `%${token}%`,
    ]);
    expect(rows).toEqual([{ hits: 0 }]);
  }
  const rerun = await owner.query(
    `update job set state = 'pending', attempts = 0, run_at = now(), finished_at = null where id = (
       select id from job where name = 'outbound.deliver' order by created_at desc limit 1) returning id`,
  );
  await expect
    .poll(
      async () =>
        (await owner.query('select state from job where id = $1', [rerun.rows[0].id])).rows[0].state,
      { timeout: 60_000 },
    )
    .toBe('done');
  expect(await mailsTo(api.config, email)).toHaveLength(1);
  expect((await accept(token)).status).toBe(200);
});

test('resetting a forgotten password by mail ends all sessions, and the link works once', async () => {
  const person = await register();
  const forgot = (email: string) => api.call('POST', '/auth/forgot-password', { body: { email } });
  expect((await forgot(person.wish.email)).status).toBe(204);
  const token = await mailedToken(api.config, person.wish.email);
  const reset = (password: string) => api.call('POST', '/auth/reset-password', { body: { token, password } });
  expect((await reset('short')).body.errors).toMatchObject([
    { pointer: '/password', code: 'passwordTooShort' },
  ]);
  const both = await Promise.all([reset('a wholly new phrase 6'), reset('a wholly new phrase 6')]);
  expect(both.map((a) => a.status).sort()).toEqual([204, 422]);
  expect((await api.call('GET', '/auth/me', { token: person.accessToken })).status).toBe(401);
  expect((await logIn(person.wish.email, person.wish.password)).status).toBe(401);
  expect((await logIn(person.wish.email, 'a wholly new phrase 6')).status).toBe(200);
});

test('a reset for an unknown address gets the same response and mails nothing', async () => {
  const nobody = newAddress();
  const [known, unknown] = [
    await api.call('POST', '/auth/forgot-password', { body: { email: admin.wish.email } }),
    await api.call('POST', '/auth/forgot-password', { body: { email: nobody } }),
  ];
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
  await mailedToken(api.config, admin.wish.email);
  expect(await mailsTo(api.config, nobody)).toHaveLength(0);
});

test('a newer password makes an older link void', async () => {
  const person = await register();
  await api.call('POST', '/auth/forgot-password', { body: { email: person.wish.email } });
  const token = await mailedToken(api.config, person.wish.email);
  const changed = await api.call('POST', '/auth/change-password', {
    token: person.accessToken,
    body: { currentPassword: person.wish.password, newPassword: 'changed in between 3' },
  });
  expect(changed.status).toBe(204);
  const late = await api.call('POST', '/auth/reset-password', {
    body: { token, password: 'too late phrase 22' },
  });
  expect(late.body.errors).toMatchObject([{ pointer: '/token', code: 'linkNotValid' }]);
});

/** Logs in a colleague whose role has these rights. */
async function colleagueWith(role: object): Promise<{ token: string; memberId: string }> {
  const made = await api.call('POST', '/roles', {
    token: admin.accessToken,
    body: { name: `Role ${++nth}`, permissions: [], ...role },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const email = newAddress();
  await invite(email, { roleIds: [made.body.id] });
  const { body } = await accept(await mailedToken(api.config, email));
  return { token: body.accessToken, memberId: body.user.memberId };
}
const userManager = () =>
  colleagueWith({
    permissions: ['read', 'update', 'delete', 'bulk'].map((action) => ({
      object: 'member',
      action,
      scope: 'all',
    })),
    system: ['manageUsers'],
  });

test('somebody who may not assign a role cannot redirect an invitation with it, revoke it, or replace it', async () => {
  const { token } = await userManager();
  const { body } = await invite(newAddress(), { roleIds: [roleIds['companyAdmin']] });
  const own = newAddress();
  const redirect = () => api.call('PATCH', `/members/${body.memberId}`, { token, body: { email: own } });
  const redirected = await redirect();
  expect([redirected.status, redirected.body.errors]).toMatchObject([
    422,
    [{ pointer: '/email', code: 'roleNotGrantable' }],
  ]);
  const invitation = `/members/${body.memberId}/invite`;
  for (const answer of [
    await api.call('POST', `${invitation}/resend`, { token }),
    await api.call('DELETE', invitation, { token }),
  ])
    expect([answer.status, answer.body?.code]).toEqual([403, 'roleNotGrantable']);
  expect(await mailsTo(api.config, own)).toEqual([]);
  // Once it is revoked, the address can change, but the roles cannot be had by inviting that address again.
  await api.call('DELETE', invitation, { token: admin.accessToken });
  expect((await redirect()).status).toBe(200);
  const over = await invite(own, { roleIds: [] as string[], name: 'Mine' }, token);
  expect(over.status).toBe(422);
  const ownRole = (await api.call('GET', '/auth/me', { token })).body.roles[0].id;
  expect((await invite(own, { roleIds: [ownRole] }, token)).body.code).toBe('roleNotGrantable');
});

test('a mailed link is no longer valid once the member has another address', async () => {
  const email = newAddress();
  const { body } = await invite(email);
  const link = await mailedToken(api.config, email);
  const victim = newAddress();
  const change = (to: string) =>
    api.call('PATCH', `/members/${body.memberId}`, { token: admin.accessToken, body: { email: to } });
  await change(victim);
  expect((await accept(link)).body.errors).toMatchObject([{ code: 'linkNotValid' }]);
  const { rows } = await owner.query('select 1 from identity where email_norm = $1', [victim]);
  expect(rows).toEqual([]);
  // The old link does not work either if the old address comes back: a new one has to be sent.
  await change(email);
  expect((await accept(link)).status).toBe(422);
  await api.call('POST', `/members/${body.memberId}/invite/resend`, { token: admin.accessToken });
  expect((await accept(await mailedToken(api.config, email, 2))).status).toBe(200);
});

test('somebody who may delete people cannot delete or restore anybody with rights that they do not have', async () => {
  const { token } = await userManager();
  const email = newAddress();
  await invite(email, { roleIds: [roleIds['companyAdmin']] });
  const { memberId } = (await accept(await mailedToken(api.config, email))).body.user;
  const refused = async (method: string, path: string) => {
    const answer = await api.call(method, path, { token });
    expect([answer.status, answer.body?.code], `${method} ${path}`).toEqual([403, 'roleNotGrantable']);
  };
  await refused('DELETE', `/members/${memberId}`);
  const bulk = await api.call('POST', '/members/bulk', {
    token,
    body: { action: 'delete', ids: [memberId] },
  });
  expect(bulk.body.results[0]).toMatchObject({ status: 'failed', errors: [{ code: 'roleNotGrantable' }] });
  expect((await logIn(email, 'morning tram bench 4')).status).toBe(200);
  await api.call('DELETE', `/members/${memberId}`, { token: admin.accessToken });
  await refused('POST', `/members/${memberId}/restore`);
  const rep = (await invite(newAddress())).body.memberId;
  expect((await api.call('DELETE', `/members/${rep}`, { token })).status).toBe(204);
  expect((await api.call('POST', `/members/${rep}/restore`, { token })).status).toBe(200);
});

test('a role that is being deleted is not assigned to anybody', async () => {
  for (let round = 0; round < 5; round++) {
    const role = await api.call('POST', '/roles', {
      token: admin.accessToken,
      body: { name: `Short-lived ${round}` },
    });
    const given = [roleIds['companyAdmin'], role.body.id];
    const [gone, ...answers] = await Promise.all([
      api.call('DELETE', `/roles/${role.body.id}`, { token: admin.accessToken }),
      api.call('PUT', `/members/${admin.user.memberId}/roles`, {
        token: admin.accessToken,
        body: { roleIds: given },
      }),
      invite(newAddress(), { roleIds: [role.body.id] }),
    ]);
    for (const answer of answers)
      expect([200, 201, 422], JSON.stringify(answer.body)).toContain(answer.status);
    expect([204, 409]).toContain(gone!.status);
  }
});
