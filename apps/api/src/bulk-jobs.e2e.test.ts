import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, holdWrites } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { WorkerStage } from './testing/worker-stage.js';
import { multipart } from './testing/seeded-world.js';

let stage: WorkerStage;

beforeAll(async () => {
  stage = await WorkerStage.open();
});
afterAll(async () => {
  await stage?.close();
});

const bulk = (body: unknown, headers: Record<string, string> = {}) =>
  stage.api.call('POST', '/accounts/bulk', { token: stage.company.token, body, headers });
const ended = (id: string, what = 'bulk-jobs') =>
  eventually(async () => {
    const { body } = await stage.api.call('GET', `/${what}/${id}`, { token: stage.company.token });
    return ['completed', 'failed', 'cancelled'].includes(body.status) ? body : null;
  });
const scalar = async (text: string, values: unknown[] = []) =>
  Number((await stage.owner.query(`select (${text}) as n`, values)).rows[0].n);

test('2,000 rows are created once each although the worker is killed in between; bad rows get a reason', async () => {
  const rows = Array.from({ length: 2000 }, (_, i) =>
    i % 500 === 499 ? { phone: '1' } : { name: `Bulk ${i}` },
  );
  const key = { 'idempotency-key': 'bulk-create' };
  const taken = await bulk({ action: 'create', rows }, key);
  expect(taken.status).toBe(202);
  const again = await bulk({ action: 'create', rows }, key);
  expect(again.body.id).toBe(taken.body.id);
  expect(await scalar('select count(*) from bulk_job')).toBe(1);

  const held = await holdWrites(stage.database, 'account', 700);
  const first = stage.startWorker();
  await held.reached();
  await first.kill();
  await held.release();
  expect(await scalar(`select max(cursor::int) from job where name = 'bulk.run'`)).toBe(500);
  // Another worker would wait until the dead worker's lease runs out. The test doesn't wait.
  await stage.owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  stage.startWorker();

  const done = await ended(taken.body.id);
  expect(done).toMatchObject({ status: 'completed', total: 2000, counts: { created: 1996, failed: 4 } });
  expect(await scalar(`select count(*) from account where name like 'Bulk %'`)).toBe(1996);
  expect(await scalar(`select count(distinct name) from account where name like 'Bulk %'`)).toBe(1996);
  const causes = await stage.owner.query(
    `select distinct cause_kind, cause_id, actor_kind, actor_id from record_event where object = 'account'`,
  );
  expect(causes.rows).toEqual([
    { cause_kind: 'bulk', cause_id: taken.body.id, actor_kind: 'member', actor_id: stage.company.memberId },
  ]);

  const page = await stage.api.call('GET', `/bulk-jobs/${taken.body.id}/results?limit=3`, {
    token: stage.company.token,
  });
  expect(page.body.data.map((row: { index: number }) => row.index)).toEqual([499, 999, 1499]);
  expect(page.body.data[0].errors[0].pointer).toBe('/name');
  const rest = await stage.api.call(
    'GET',
    `/bulk-jobs/${taken.body.id}/results?limit=3&cursor=${page.body.page.nextCursor}`,
    { token: stage.company.token },
  );
  expect(rest.body.data.map((row: { index: number }) => row.index)).toEqual([1999]);
  expect(rest.body.page).toEqual({ nextCursor: null, hasMore: false });
});

test('reasons of failures quote values, so auditors get those of others only if they see everything', async () => {
  const people = await TestPeople.of(stage.database, stage.api, stage.company);
  const admin = stage.company.token;
  const rows = Array.from({ length: 501 }, () => ({ name: 'Odd', industry: 'Secret dealings' }));
  const { id } = (await bulk({ action: 'create', rows })).body;
  await ended(id);
  const { data: roles } = (await stage.api.call('GET', '/roles', { token: admin })).body;
  const roleOf = (key: string) => roles.find((role: { key: string }) => role.key === key).id;
  const audits = { system: ['viewAudit'] };
  const hidden = [{ object: 'account', field: 'industry', access: 'hidden' as const }];
  const permissions = [{ object: 'account', action: 'read', scope: 'all' as const }];
  const auditor = await people.role({ ...audits, permissions, fields: hidden });
  const [narrow, wide] = [
    await people.colleague([auditor]),
    await people.colleague([roleOf('companyAdmin')]),
  ];
  await people.settleEverywhere();
  for (const path of [`/bulk-jobs/${id}/results`, `/bulk-jobs/${id}/results.csv`]) {
    const read = (token: string) => stage.api.call('GET', path, { token });
    for (const { token } of [{ token: admin }, wide])
      expect(JSON.stringify((await read(token)).body)).toContain('Secret dealings');
    const headers = { 'x-view-as-role': auditor };
    for (const refused of [
      await read(narrow.token),
      await stage.api.call('GET', path, { token: admin, headers }),
    ])
      expect([refused.status, refused.body.code]).toEqual([403, 'rowsWithheld']);
  }
  const { status, body } = await stage.api.call('GET', `/bulk-jobs/${id}`, { token: narrow.token });
  expect([status, body.counts]).toEqual([200, { failed: 501 }]);
  await people.end();
});

test('a change that takes the rows out of its own filter still reaches all of them', async () => {
  const filter = { field: 'name', op: 'startswith', value: 'Bulk ' };
  const taken = await bulk({ action: 'update', filter, changes: { name: 'Renamed' } });
  expect(taken).toMatchObject({ status: 202, body: { total: 1996 } });
  expect(await ended(taken.body.id)).toMatchObject({ status: 'completed', counts: { updated: 1996 } });
  expect(await scalar(`select count(*) from account where name = 'Renamed' and version = 2`)).toBe(1996);
});

test('a repeated request is answered like the first, although its filter finds nothing any more', async () => {
  const { token } = await registerCompany(stage.api);
  const send = (body: object, headers = {}) =>
    stage.api.call('POST', '/accounts/bulk', { token, body, headers });
  const rows = Array.from({ length: 501 }, (_, i) => ({ name: `Repeated ${i}`, city: 'Bern' }));
  for (const some of [rows.slice(0, 500), rows.slice(500)]) await send({ action: 'create', rows: some });
  const filter = { field: 'city', op: 'eq', value: 'Bern' };
  const key = { 'idempotency-key': 'bulk-by-filter' };
  const request = { action: 'update', filter, changes: { city: 'Chur' } };
  const taken = await send(request, key);
  expect([taken.status, taken.body.total]).toEqual([202, 501]);
  await eventually(async () => {
    const { body } = await stage.api.call('GET', `/bulk-jobs/${taken.body.id}`, { token });
    return body.status === 'completed' ? body : null;
  });
  const again = await send(request, key);
  expect([again.status, again.body]).toEqual([202, taken.body]);
});

test('a search counts and writes the same number of records, even beyond 1,000', async () => {
  const found = await stage.api.call('GET', '/accounts?q=renamed&count=exact&limit=1', {
    token: stage.company.token,
  });
  expect(found.body.count).toEqual({ value: 1996, capped: false });
  const some = await stage.api.call('GET', '/accounts?q=renamed&count=capped&limit=1', {
    token: stage.company.token,
  });
  expect(some.body.count).toEqual({ value: 1000, capped: true });
  const taken = await bulk({ action: 'update', q: 'renamed', changes: { city: 'Rome' } });
  expect(taken).toMatchObject({ status: 202, body: { total: 1996 } });
  expect(await ended(taken.body.id)).toMatchObject({ total: 1996, counts: { updated: 1996 } });
});

test('a search for several words finds the record that has all of them, however many have one', async () => {
  const call = (method: string, path: string, body?: unknown) =>
    stage.api.call(method, path, { token: stage.company.token, body });
  const { rows } = await stage.owner.query(`select id from account where city = 'Rome'`);
  // The last ones by place in the table, which a search that stops early would not reach.
  const last = rows.at(-1).id;
  await call('PATCH', `/accounts/${last}`, { website: 'https://palatine.example' });
  const found = async (q: string) =>
    (await call('GET', `/accounts?q=${encodeURIComponent(q)}`)).body.data.map(
      (row: { id: string }) => row.id,
    );
  for (const q of ['palatine', 'renamed palatine', 'palatine rome', 'renamed rome palatine'])
    expect(await found(q), q).toEqual([last]);
  expect(await found('renamed rome')).toHaveLength(50);
  expect(await found('renamed rome aventine')).toEqual([]);
});

test('a record that leaves the selection before its turn is skipped and reported', async () => {
  await stage.lastWorker.stop();
  const filter = { field: 'city', op: 'eq', value: 'Rome' };
  const taken = await bulk({ action: 'update', filter, changes: { country: 'Italy' } });
  expect(taken.body.total).toBe(1996);
  const left = (
    await stage.owner.query(`select id from account where city = 'Rome' order by id offset 700 limit 1`)
  ).rows[0].id;
  const moved = await stage.api.call('PATCH', `/accounts/${left}`, {
    token: stage.company.token,
    body: { city: 'Oslo' },
  });
  expect(moved.status).toBe(200);
  await stage.api.call('POST', '/accounts', {
    token: stage.company.token,
    body: { name: 'Late', city: 'Rome' },
  });
  stage.startWorker();
  expect(await ended(taken.body.id)).toMatchObject({
    status: 'completed',
    total: 1996,
    counts: { updated: 1995, failed: 1 },
  });
  const { body } = await stage.api.call('GET', `/bulk-jobs/${taken.body.id}/results`, {
    token: stage.company.token,
  });
  expect(body.data).toMatchObject([{ id: left, errors: [{ code: 'selectedNoMore' }] }]);
  expect(await scalar(`select count(*) from account where country = 'Italy'`)).toBe(1995);
  expect(await scalar('select count(*) from bulk_job_selection')).toBe(0);
});

test('a cancelled job is not begun, keeps nothing of the request and cannot be cancelled twice', async () => {
  await stage.lastWorker.stop();
  const living = () => scalar('select count(*) from account where deleted_at is null');
  const before = await living();
  const filter = { field: 'name', op: 'eq', value: 'Renamed' };
  const taken = await bulk({ action: 'delete', filter });
  const cancel = () =>
    stage.api.call('POST', `/bulk-jobs/${taken.body.id}/cancel`, { token: stage.company.token });
  expect(await cancel()).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  expect(await cancel()).toMatchObject({ status: 409, body: { code: 'bulkJobEnded' } });
  stage.startWorker();
  await eventually(
    async () => (await scalar(`select count(*) from job where name = 'bulk.run' and state <> 'done'`)) === 0,
  );
  expect(await living()).toBe(before);
  const { rows } = await stage.owner.query('select request from bulk_job where id = $1', [taken.body.id]);
  expect(rows).toEqual([{ request: {} }]);
});

test('paused work keeps what is done, goes on from there when resumed, and is listed', async () => {
  await stage.lastWorker.stop();
  const filter = { field: 'city', op: 'eq', value: 'Rome' };
  const { body: taken } = await bulk({ action: 'update', filter, changes: { region: 'Lazio' } });
  const control = (verb: string) =>
    stage.api.call('POST', `/bulk-jobs/${taken.id}/${verb}`, { token: stage.company.token });
  const queueJobs = (state: string) =>
    scalar(`select count(*) from job where state = $1 and payload -> 'data' ->> 'bulkJobId' = $2`, [
      state,
      taken.id,
    ]);

  expect(await control('pause')).toMatchObject({ status: 200, body: { status: 'paused', counts: {} } });
  expect(await control('pause')).toMatchObject({ status: 409, body: { code: 'bulkJobNotRunning' } });
  stage.startWorker();
  await eventually(async () => (await queueJobs('done')) === 1);
  expect(await scalar(`select count(*) from account where region = 'Lazio'`)).toBe(0);

  expect(await control('resume')).toMatchObject({ status: 200, body: { status: 'queued' } });
  expect(await control('resume')).toMatchObject({ status: 409, body: { code: 'bulkJobNotPaused' } });
  expect(await ended(taken.id)).toMatchObject({ status: 'completed', counts: { updated: 1996 } });
  const { body } = await stage.api.call('GET', '/bulk-jobs?limit=2&status=completed', {
    token: stage.company.token,
  });
  expect(body.data[0]).toMatchObject({ id: taken.id, kind: 'bulk', object: 'account', action: 'update' });
  expect(body.page.hasMore).toBe(true);
});

test('paused work can be stopped, and nothing of it is kept', async () => {
  const filter = { field: 'city', op: 'eq', value: 'Rome' };
  await stage.lastWorker.stop();
  const { body: taken } = await bulk({ action: 'update', filter, changes: { region: 'Umbria' } });
  const control = (verb: string) =>
    stage.api.call('POST', `/bulk-jobs/${taken.id}/${verb}`, { token: stage.company.token });
  expect((await control('pause')).status).toBe(200);
  expect(await control('cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  stage.startWorker();
  await eventually(async () => (await scalar('select count(*) from bulk_job_selection')) === 0);
  expect(await scalar(`select count(*) from account where region = 'Umbria'`)).toBe(0);
});

test('records of a list are shared once each by a job, and those shared already stay as they are', async () => {
  const team = (
    await stage.api.call('POST', '/teams', { token: stage.company.token, body: { name: 'North' } })
  ).body;
  const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Sharing ${n}` }));
  for (const part of [rows.slice(0, 500), rows.slice(500)])
    expect((await bulk({ action: 'create', rows: part })).status).toBe(200);
  const share = { grantee: { kind: 'team', id: team.id }, access: 'read' };
  for (const counts of [{ updated: 501 }, { unchanged: 501 }]) {
    const taken = await bulk({ action: 'share', q: 'Sharing', share });
    expect(taken.status, JSON.stringify(taken.body)).toBe(202);
    expect(await ended(taken.body.id)).toMatchObject({ status: 'completed', action: 'share', counts });
  }
  expect(await scalar('select count(*) from record_share where grantee_id = $1', [team.id])).toBe(501);
});

test('failed rows can be downloaded with their reasons', async () => {
  const { rows } = await stage.owner.query(
    `select id from bulk_job where counts ? 'failed' order by id limit 1`,
  );
  const { body, headers } = await stage.api.call('GET', `/bulk-jobs/${rows[0].id}/results.csv`, {
    token: stage.company.token,
  });
  expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  const [head, first, ...rest] = String(body).trimEnd().split('\r\n');
  expect(head).toBe('row,object,id,field,code,reason');
  expect(first).toMatch(/^500,account,,name,required,/);
  expect(rest).toHaveLength(3);
});

test('users see only their own bulk jobs, and a user who lost the right meanwhile gets the reason instead of the effect', async () => {
  const roles = (await stage.api.call('GET', '/roles', { token: stage.company.token })).body.data as {
    id: string;
    key: string;
  }[];
  const role = (key: string) => roles.find((one) => one.key === key)!.id;
  const email = `rep-${stage.company.tenantId}@example.com`;
  const invite = { email, name: 'Rita Rep', roleIds: [role('salesRep')] };
  const invited = await stage.api.call('POST', '/members/invite', {
    token: stage.company.token,
    body: invite,
  });
  const token = await eventually(() => mailedToken(email));
  const password = 'copper lantern meadow 58';
  const joined = await stage.api.call('POST', '/auth/accept-invite', {
    body: { token, name: 'Rita Rep', password },
  });
  const rep = { token: joined.body.accessToken as string };

  const adminsJob = (await stage.owner.query('select id from bulk_job limit 1')).rows[0].id;
  expect((await stage.api.call('GET', `/bulk-jobs/${adminsJob}`, rep)).status).toBe(404);
  expect((await stage.api.call('GET', `/bulk-jobs/${adminsJob}/results`, rep)).status).toBe(404);
  expect((await stage.api.call('POST', `/bulk-jobs/${adminsJob}/cancel`, rep)).status).toBe(404);

  await stage.lastWorker.stop();
  const rows = Array.from({ length: 501 }, (_, i) => ({ name: `Rita's ${i}` }));
  const taken = await stage.api.call('POST', '/accounts/bulk', { ...rep, body: { action: 'create', rows } });
  expect((await stage.api.call('GET', `/bulk-jobs/${taken.body.id}`, rep)).body.status).toBe('queued');
  const demoted = await stage.api.call('PUT', `/members/${invited.body.memberId}/roles`, {
    token: stage.company.token,
    body: { roleIds: [role('readOnly')] },
  });
  expect(demoted.status).toBe(200);
  stage.startWorker();
  const done = await ended(taken.body.id);
  expect(done).toMatchObject({ status: 'failed', counts: {} });
  expect(done.error).toMatch(/roles don't let you/);
  expect(await scalar(`select count(*) from account where name like 'Rita%'`)).toBe(0);
});

test('a job has the rights of the moment it was requested, and ends when its user loses the right to bulk work', async () => {
  const call = async (method: string, path: string, body: unknown) => {
    const answer = await stage.api.call(method, path, { token: stage.company.token, body });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  const can = (...actions: string[]) => ({
    permissions: actions.map((action) => ({ object: 'account', action, scope: 'all' })),
  });
  const role = (await call('POST', '/roles', { name: 'Bulk', ...can('read') })).id;
  const key = (await call('POST', '/api-keys', { name: 'Bulk', roleId: role })).key;
  const rows = Array.from({ length: 2000 }, (_, i) => ({ name: `Key ${i}` }));
  const create = (count: number) =>
    stage.api.call('POST', '/accounts/bulk', {
      token: key,
      body: { action: 'create', rows: rows.slice(0, count) },
    });
  for (let round = 0; round < 3; round++) {
    // The worker has just read the rights. What it caches is fresh, yet older than the change that follows.
    await ended((await bulk({ action: 'create', rows: rows.slice(0, 501) })).body.id);
    await call('PATCH', `/roles/${role}`, can('read', 'create', 'bulk'));
    const taken = await create(501);
    expect(await ended(taken.body.id)).toMatchObject({ status: 'completed', counts: { created: 501 } });
    await call('PATCH', `/roles/${role}`, can('read'));
  }
  await call('PATCH', `/roles/${role}`, can('read', 'create', 'bulk'));
  await stage.lastWorker.stop();
  const taken = await create(2000);
  await call('PATCH', `/roles/${role}`, can('read', 'create'));
  stage.startWorker();
  const done = await ended(taken.body.id);
  expect(done).toMatchObject({ status: 'failed', counts: {} });
  expect(done.error).toMatch(/many records at once/);
});

test('jobs of a key run with the key’s rights, are visible only to it, and end when it is revoked', async () => {
  const admin = { token: stage.company.token };
  const { data: roles } = (await stage.api.call('GET', '/roles', admin)).body;
  const roleId = roles.find((one: { key: string }) => one.key === 'salesManager').id;
  const make = async (name: string) =>
    (await stage.api.call('POST', '/api-keys', { ...admin, body: { name, roleId } })).body as {
      id: string;
      key: string;
    };
  await stage.lastWorker.stop();
  const [mine, other] = [await make('Loader'), await make('Other')];
  const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Loaded ${n}` }));
  const create = (token: string) =>
    stage.api.call('POST', '/accounts/bulk', { token, body: { action: 'create', rows } });
  const job = (await create(mine.key)).body.id;
  expect((await stage.api.call('GET', `/bulk-jobs/${job}`, { token: mine.key })).body.status).toBe('queued');
  for (const path of [`/bulk-jobs/${job}`, `/bulk-jobs/${job}/results`])
    expect((await stage.api.call('GET', path, { token: other.key })).status).toBe(404);
  expect((await stage.api.call('POST', `/bulk-jobs/${job}/cancel`, { token: other.key })).status).toBe(404);
  const doomed = (await create(other.key)).body.id;
  await stage.api.call('DELETE', `/api-keys/${other.id}`, admin);
  const upload = multipart(
    { options: JSON.stringify({ object: 'account', mode: 'create', mapping: { Name: 'name' } }) },
    'accounts.csv',
    'Name\nImported by key\n',
  );
  const imported = await stage.api.call('POST', '/imports', { token: mine.key, ...upload });
  expect(imported.status).toBe(202);

  stage.startWorker();
  expect(await ended(job)).toMatchObject({ status: 'completed', counts: { created: 501 } });
  expect(await ended(doomed)).toMatchObject({
    status: 'failed',
    counts: {},
    error: expect.stringMatching(/API key .* revoked/),
  });
  expect(await ended(imported.body.id, 'imports')).toMatchObject({
    status: 'completed',
    counts: { created: 1 },
    createdBy: { id: mine.id, name: 'Loader' },
  });
  const filter = encodeURIComponent(JSON.stringify({ field: 'name', op: 'eq', value: 'Imported by key' }));
  const { data } = (await stage.api.call('GET', `/accounts?filter=${filter}`, admin)).body;
  const history = (await stage.api.call('GET', `/accounts/${data[0].id}/history`, admin)).body.data;
  expect(history[0]).toMatchObject({
    actor: { kind: 'apiKey', id: mine.id, name: 'Loader' },
    cause: { kind: 'import' },
  });
});

/** The token of the link mailed to the address, once the mail has arrived. */
async function mailedToken(to: string): Promise<string | undefined> {
  const outbox = join(stage.api.config.PELLUCID_DATA_DIR, 'outbox');
  // A mail has another name while it is being written.
  const files = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml'));
  for (const file of files) {
    const mail = (await readFile(join(outbox, file), 'utf8')).replace(/=\r?\n/g, '');
    if (mail.includes(`To: ${to}`)) return /\?token=(?:3D)?([\w-]+)/.exec(mail)?.[1];
  }
  return undefined;
}
