import { plainTextOf } from '@pellucid/platform/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
let account: string;
/** Sees and changes their own accounts and notes, and everybody. */
let ann: Colleague;
/** Sees all accounts, changes none, sees no people. */
let ben: Colleague;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  const own = (object: string) =>
    ['read', 'create', 'update', 'delete'].map((action) => ({ object, action, scope: 'own' as const }));
  const all = (object: string) => ({ object, action: 'read', scope: 'all' as const });
  ann = await people.colleague([
    await people.role({ permissions: [...own('account'), ...own('note'), all('member')] }),
  ]);
  ben = await people.colleague([await people.role({ permissions: [all('account'), ...own('note')] })]);
  account = (await made('/accounts', { name: `Account ${crypto.randomUUID()}` })).id;
});
afterAll(() => people.end());

const call = (
  method: string,
  path: string,
  body?: unknown,
  more: { token?: string; version?: number } = {},
) =>
  api.call(method, path, {
    token: more.token ?? company.token,
    body,
    ...(more.version === undefined ? {} : { headers: { 'if-match': `"${more.version}"` } }),
  });
async function made(path: string, body: unknown, token?: string) {
  const answer = await call('POST', path, body, token ? { token } : {});
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const about = (id = account) => [{ object: 'account', id }];
const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
const doc = (...content: unknown[]) => ({ type: 'doc', content });
const text = (value: string) => ({ type: 'text', text: value });
/** The plain text of a document. */
const said = (document: unknown) => plainTextOf(JSON.stringify(document));
const mention = (id: string) => ({ type: 'mention', attrs: { id } });

describe('a note', () => {
  test('is written as a document or in Markdown, and read as a document', async () => {
    const body = doc(paragraph(text('Met in '), { ...text('spring'), marks: [{ type: 'bold' }] }));
    const note = await made('/notes', { body, about: about() });
    expect(note).toMatchObject({ body, title: 'Met in spring', titleFromText: true, pinned: false });
    const same = await made('/notes', { body: 'Met in **spring**' });
    expect(same.body).toEqual(body);
    expect((await call('GET', `/notes/${note.id}`)).body.body).toEqual(body);
  });

  test('is named after its first line until somebody gives it a title', async () => {
    const { id } = await made('/notes', { body: '- [ ] Call Ann\n- [ ] Write' });
    const change = async (changes: object) => (await call('PATCH', `/notes/${id}`, changes)).body;
    expect(await change({ body: 'Called' })).toMatchObject({ title: 'Called', titleFromText: true });
    expect(await change({ title: 'Mine' })).toMatchObject({ title: 'Mine', titleFromText: false });
    expect(await change({ body: 'Again' })).toMatchObject({ title: 'Mine', titleFromText: false });
    expect(await change({ title: '' })).toMatchObject({ title: 'Again', titleFromText: true });
  });

  test('is found by the words of its text, whatever their format', async () => {
    const word = `w${crypto.randomUUID().slice(0, 8)}`;
    const { id } = await made('/notes', { title: 'Other', body: `**${word}**er *Text*` });
    const filter = { field: 'body', op: 'contains', value: `${word}er text` };
    expect((await call('POST', '/notes/query', { filter })).body.data).toMatchObject([{ id }]);
    expect((await call('GET', `/notes?q=${word}`)).body.data).toMatchObject([{ id }]);
    const structure = { field: 'body', op: 'contains', value: 'paragraph' };
    expect((await call('POST', '/notes/query', { filter: structure })).body.data).toEqual([]);
  });

  test('refuses what is no document, and names the field', async () => {
    const answer = await call('POST', '/notes', { body: doc({ type: 'iframe' }) });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([
      { pointer: '/body', code: 'invalidDocument', message: expect.stringContaining('"Text"') },
    ]);
    const empty = await call('POST', '/notes', { body: doc(paragraph()) });
    expect(empty.body.errors).toMatchObject([{ pointer: '/body', code: 'required' }]);
  });

  test('is found on the record that it is about, and its history shows both documents', async () => {
    const note = await made('/notes', { body: 'before', about: about() });
    await call('PATCH', `/notes/${note.id}`, { body: 'after' });
    const filter = { field: 'about', op: 'contains', value: about()[0] };
    const found = await call('POST', '/notes/query', { filter });
    expect(found.body.data.map(({ id }: { id: string }) => id)).toContain(note.id);
    const [latest] = (await call('GET', `/notes/${note.id}/history`)).body.data;
    expect(said(latest.changes.body.before)).toBe('before');
    expect(said(latest.changes.body.after)).toBe('after');
  });

  test('of two writers of one text, the second sees both texts', async () => {
    const { id, version } = await made('/notes', { body: 'original' });
    await call('PATCH', `/notes/${id}`, { body: 'theirs' }, { version });
    const answer = await call('PATCH', `/notes/${id}`, { body: '**yours**' }, { version });
    expect(answer.status).toBe(412);
    const { original, current, yours } = answer.body;
    expect([original, current, yours].map((side) => said(side.body))).toEqual([
      'original',
      'theirs',
      'yours',
    ]);
    // Another field is no conflict.
    const pinned = await call('PATCH', `/notes/${id}`, { pinned: true }, { version });
    expect(pinned.body).toMatchObject({ pinned: true, title: 'theirs' });
  });
});

describe('rights', () => {
  test('whoever sees the record reads its notes, and whoever may change it changes them', async () => {
    const hers = await made('/accounts', { name: `Hers ${crypto.randomUUID()}`, owner: ann.memberId });
    const note = await made('/notes', { body: 'about hers', about: about(hers.id) });
    const other = await made('/notes', { body: 'about another', about: about() });
    const status = async (method: string, id: string, token: string, body?: unknown) =>
      (await call(method, `/notes/${id}`, body, { token })).status;
    expect(await status('GET', note.id, ann.token)).toBe(200);
    expect(await status('PATCH', note.id, ann.token, { pinned: true })).toBe(200);
    expect(await status('GET', other.id, ann.token)).toBe(404);
    expect(await status('GET', other.id, ben.token)).toBe(200);
    expect(await status('PATCH', other.id, ben.token, { pinned: true })).toBe(403);
    const listed = await call('GET', '/notes?limit=200', undefined, { token: ann.token });
    const ids = listed.body.data.map(({ id }: { id: string }) => id);
    expect(ids).toContain(note.id);
    expect(ids).not.toContain(other.id);
  });

  test('about a task, a note is seen by whoever sees the task by what the task is about', async () => {
    const dan = await people.colleague([
      await people.role({
        permissions: ['account', 'task', 'note'].map((object) => ({ object, action: 'read', scope: 'own' })),
      }),
    ]);
    await people.settle();
    const deal = await made('/accounts', { name: `His ${crypto.randomUUID()}`, owner: dan.memberId });
    const task = await made('/tasks', { name: 'Call', about: about(deal.id) });
    const note = await made('/notes', { body: 'Talked', about: [{ object: 'task', id: task.id }] });
    const status = async (token: string) =>
      (await call('GET', `/notes/${note.id}`, undefined, { token })).status;
    expect(await status(dan.token)).toBe(200);
    // Ann has no right to tasks.
    await call('PATCH', `/accounts/${deal.id}`, { owner: ann.memberId });
    expect(await status(ann.token)).toBe(404);
    expect(await status(dan.token)).toBe(404);
  });
});

describe('mentions', () => {
  test('name people under the rights of the reader, and are found', async () => {
    const note = await made('/notes', {
      body: doc(paragraph(text('Ask '), mention(ann.memberId), text(' and '), mention(ann.memberId))),
      about: about(),
    });
    expect(note.mentions).toEqual([{ object: 'member', id: ann.memberId, name: ann.name }]);
    const filter = { field: 'mentions', op: 'contains', value: { object: 'member', id: ann.memberId } };
    const found = await call('POST', '/notes/query', { filter });
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([note.id]);
    // Ben sees the note, but no people.
    const seen = await call('GET', `/notes/${note.id}`, undefined, { token: ben.token });
    expect(seen.body.mentions).toEqual([{ object: 'member', id: ann.memberId, name: '' }]);
    expect(JSON.stringify(seen.body)).not.toContain(ann.name);
  });

  test('give no access, and go with the text', async () => {
    const note = await made('/notes', { body: doc(paragraph(mention(ann.memberId))) });
    expect((await call('GET', `/notes/${note.id}`, undefined, { token: ann.token })).status).toBe(404);
    const changed = await call('PATCH', `/notes/${note.id}`, { body: 'nobody' });
    expect(changed.body.mentions).toEqual([]);
  });

  test('of people out of sight are refused like those of nobody', async () => {
    const tries = [ann.memberId, crypto.randomUUID()].map((id) =>
      call('POST', '/notes', { body: doc(paragraph(mention(id))) }, { token: ben.token }),
    );
    const [hidden, nobody] = await Promise.all(tries);
    expect(hidden!.status).toBe(422);
    expect(hidden!.body.errors).toMatchObject([{ pointer: '/body', code: 'mentionMissing' }]);
    const comparable = ({ correlationId: _, instance: __, ...rest }: Record<string, unknown>) => rest;
    expect(comparable(hidden!.body)).toEqual(comparable(nobody!.body));
  });

  test('stay when somebody else changes the text who does not see the people', async () => {
    const note = await made('/notes', {
      body: doc(paragraph(mention(ann.memberId))),
      owner: ben.memberId,
    });
    const changed = await call(
      'PATCH',
      `/notes/${note.id}`,
      { body: doc(paragraph(mention(ann.memberId), text(' and more'))) },
      { token: ben.token },
    );
    expect(changed.status).toBe(200);
    expect(changed.body.mentions).toEqual([{ object: 'member', id: ann.memberId, name: '' }]);
  });
});
