import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { appCode } from '../../testing/authenticator-app.js';
import { FactorStage, HOST } from '../../testing/factor-stage.js';
import { registration } from '../../testing/identity-api.js';

let stage: FactorStage;

beforeAll(async () => {
  stage = await FactorStage.start();
});
afterAll(() => stage?.end());

describe('the log of the company', () => {
  test('records log-ins, sessions, passwords and factors, by whom and from where', async () => {
    const ann = await stage.register();
    const { secret } = await stage.addApp(ann);
    await stage.passTime(ann);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    const entered = await stage.finish(
      token,
      { method: 'totp', code: appCode(secret) },
      { headers: { host: HOST, 'user-agent': 'Some browser' }, from: '192.0.2.9' },
    );
    const { data } = (await stage.send('GET', '/auth/sessions', ann.token)).body;
    const other = data.find((s: any) => !s.current);
    expect((await stage.send('DELETE', `/auth/sessions/${other.id}`, ann.token)).status).toBe(204);
    await stage.send('POST', '/auth/change-password', ann.token, {
      currentPassword: ann.wish.password,
      newPassword: 'another good phrase 8',
    });
    await stage.api.call('POST', '/auth/logout', { token: ann.token, refresh: ann.refresh });
    const events = await stage.eventsOf(ann);
    expect(events.map(({ verb }) => verb)).toEqual([
      'loggedIn',
      'secondFactorAdded',
      'loggedIn',
      'sessionRevoked',
      'passwordChanged',
      'loggedOut',
    ]);
    for (const event of events)
      expect(event).toMatchObject({ record_id: ann.memberId, actor_kind: 'member', actor_id: ann.memberId });
    expect(events[0].changes.method).toEqual({ after: 'registration' });
    expect(events[2]).toMatchObject({
      changes: { method: { after: 'totp' }, session: { after: other.id } },
      origin: { ip: '192.0.2.9', userAgent: 'Some browser' },
    });
    expect(entered.status).toBe(200);
    // The log, which everybody with the right can read, contains no address, password or secret of the person.
    expect(JSON.stringify(events.map(({ changes }) => changes))).not.toContain(ann.wish.email);
  });

  test('a refresh token used twice is recorded', async () => {
    const ann = await stage.register();
    const next = await stage.api.call('POST', '/auth/refresh', { refresh: ann.refresh });
    await stage.api.call('POST', '/auth/refresh', { refresh: next.refresh! });
    await stage.api.call('POST', '/auth/refresh', { refresh: ann.refresh });
    expect(await stage.eventsOf(ann, 'refreshReplayed')).toMatchObject([
      { record_id: ann.memberId, actor_id: null },
    ]);
  });

  test('ending all other sessions records each of them', async () => {
    const ann = await stage.register();
    const others = [await stage.logIn(ann), await stage.logIn(ann)];
    const ended = await stage.send('POST', '/auth/sessions/end-others', ann.token);
    expect(ended.body).toEqual({ ended: 2 });
    for (const { body } of others) expect(await stage.me(body.accessToken)).toBe(401);
    expect(await stage.me(ann.token)).toBe(200);
    expect(await stage.eventsOf(ann, 'sessionRevoked')).toHaveLength(2);
    expect((await stage.send('POST', '/auth/sessions/end-others', ann.token)).body).toEqual({ ended: 0 });
  });

  test('failed log-ins are recorded once a minute with their number, for existing people only', async () => {
    const ann = await stage.register();
    const wrong = { ...ann, wish: { ...ann.wish, password: 'a wrong guess 123' } };
    const nobody = { ...ann, wish: registration() };
    for (let i = 0; i < 4; i++) await stage.logIn(wrong);
    await stage.logIn(nobody);
    const counted = async () =>
      (await stage.owner.query('select pending from log_in_failure where identity_id = $1', [ann.identityId]))
        .rows[0]?.pending;
    await vi.waitUntil(async () => (await counted()) === 3, { timeout: 60_000 });
    expect(await stage.eventsOf(ann, 'logInFailed')).toMatchObject([
      { record_id: ann.memberId, actor_id: null, changes: { count: { after: 1 } } },
    ]);
    await stage.owner.query(`update log_in_failure set logged_at = now() - interval '2 minutes'`);
    const { LogInFailuresRepository } = await import('../../log-in-failures.repository.js');
    await stage.api.app.get(LogInFailuresRepository, { strict: false }).flush();
    expect((await stage.eventsOf(ann, 'logInFailed')).map((e) => e.changes.count.after)).toEqual([1, 3]);
    expect(await counted()).toBe(0);
  });

  test('invitations, roles, deactivation and settings are recorded, with before and after', async () => {
    const ann = await stage.register();
    const { memberId } = await stage.join(ann);
    await stage.send('PUT', `/members/${memberId}/roles`, ann.token, { roleIds: [] });
    await stage.send('PUT', `/members/${memberId}/roles`, ann.token, { roleIds: [] });
    await stage.send('POST', `/members/${memberId}/deactivate`, ann.token);
    await stage.send('POST', `/members/${memberId}/activate`, ann.token);
    const about = (await stage.eventsOf(ann)).filter((e) => e.record_id === memberId);
    expect(about.map(({ verb }) => verb)).toEqual([
      'memberInvited',
      'invitationAccepted',
      'loggedIn',
      'rolesAssigned',
      'memberDeactivated',
      'memberActivated',
    ]);
    expect(about[3].changes.roleIds).toEqual({ before: [expect.any(String)], after: [] });
    await stage.addApp(ann);
    await stage.send('PATCH', '/settings', ann.token, { requireSecondFactor: true });
    const { rows } = await stage.owner.query(
      `select changes, record_id from record_event where tenant_id = $1 and object = 'security.tenant' and verb = 'settingsChanged'`,
      [ann.tenantId],
    );
    expect(rows).toEqual([
      { record_id: ann.tenantId, changes: { requireSecondFactor: { before: false, after: true } } },
    ]);
  });
});
