import { eventually } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';

/* Values in link tables, changed by two people at the same time: the second one waits for the record's lock. */

let api: TestApi;
let company: TestCompany;
let first: pg.Client;

beforeAll(async () => {
  api = await sharedApi();
  first = new pg.Client({ connectionString: api.database.adminUrl });
  await first.connect();
});
beforeEach(async () => {
  company = await registerCompany(api);
});
afterAll(() => first?.end());

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  api.call(method, path, { token: company.token, body, ...(headers ? { headers } : {}) });
async function made(path: string, body: unknown): Promise<any> {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const tag = async (name: string) => (await made('/tags', { name })).id as string;
const namesOf = (links: { name: string }[]) => links.map(({ name }) => name).sort();
const contact = async (id: string) => (await call('GET', `/contacts/${id}`)).body;

/**
 * Somebody changes the record and commits while a second person's request waits for it.
 * @param change runs in the first person's transaction, which holds the record
 * @param request of the second person
 */
async function whileHeld<T>(
  table: string,
  id: string,
  change: () => Promise<unknown>,
  request: () => Promise<T>,
): Promise<T> {
  await first.query('begin');
  const { rows } = await first.query(
    `select pg_backend_pid() as pid from ${table} where id = $1 for update`,
    [id],
  );
  await change();
  const waiting = request();
  const isBlocked = async () =>
    (
      await first.query('select 1 from pg_stat_activity where $1::int = any(pg_blocking_pids(pid))', [
        rows[0].pid,
      ])
    ).rowCount! > 0;
  await eventually(isBlocked);
  await first.query('commit');
  return waiting;
}
const tagged = (object: string, id: string, tagId: string) =>
  first.query('insert into record_tag (tenant_id, object, record_id, tag_id) values ($1, $2, $3, $4)', [
    company.tenantId,
    object,
    id,
    tagId,
  ]);

test('a change of tags starts from the tags that the other person has just saved', async () => {
  const [old, theirs, mine] = [await tag('old'), await tag('theirs'), await tag('mine')];
  const { id } = await made('/contacts', { lastName: 'Tagged', tags: [old] });
  const answer = await whileHeld(
    'contact',
    id,
    () => tagged('contact', id, theirs),
    () => call('PATCH', `/contacts/${id}`, { tags: [old, mine] }),
  );
  expect(answer.status).toBe(200);
  expect(namesOf(answer.body.tags)).toEqual(['mine', 'old']);
  expect(namesOf((await contact(id)).tags)).toEqual(['mine', 'old']);
  const [event] = (await call('GET', `/contacts/${id}/history`)).body.data;
  expect(namesOf(event.changes.tags.before)).toEqual(['old', 'theirs']);
});

test('two people who link a contact to different accounts both succeed', async () => {
  const [ours, theirs] = [
    await made('/accounts', { name: 'Ours' }),
    await made('/accounts', { name: 'Theirs' }),
  ];
  const { id } = await made('/contacts', { lastName: 'Linked' });
  const answer = await whileHeld(
    'contact',
    id,
    () =>
      first.query(
        'insert into account_contact (tenant_id, contact_id, account_id, linked_at, position, is_primary) values ($1, $2, $3, now(), 0, true)',
        [company.tenantId, id, theirs.id],
      ),
    () => call('PUT', `/accounts/${ours.id}/contacts/${id}`, {}),
  );
  expect(answer.status).toBe(200);
  expect(namesOf((await contact(id)).accounts)).toEqual(['Ours', 'Theirs']);
});

test('a deletion does not take away what another person has just put in the place of the deleted record', async () => {
  const account = (await made('/accounts', { name: 'Both' })).id;
  const [gone, theirs] = [
    await made('/contacts', { lastName: 'Gone', account }),
    await made('/contacts', { lastName: 'Theirs', account }),
  ];
  const { id } = await made('/opportunities', { name: 'Deal', account, contact: gone.id });
  const answer = await whileHeld(
    'opportunity',
    id,
    () => first.query('update opportunity set contact_id = $1 where id = $2', [theirs.id, id]),
    () => call('DELETE', `/contacts/${gone.id}?referrers=unlink`),
  );
  expect(answer.status).toBe(204);
  expect((await call('GET', `/opportunities/${id}`)).body.contact).toMatchObject({ id: theirs.id });
});
