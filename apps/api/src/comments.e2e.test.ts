import { plainTextOf } from '@pellucid/platform/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
let account: string;
/** Changes all accounts and sees everybody; own comments otherwise. */
let ann: Colleague;
/** Reads all accounts and changes none; own comments otherwise; sees no people. */
let ben: Colleague;
/** Sees their own accounts only. */
let cem: Colleague;
/** Reads comments and writes none. */
let silent: Colleague;
/** Reads and writes comments, without seeing hearts. */
let blind: Colleague;

type Options = { token?: string; version?: number };

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  const may = (object: string, scope: 'all' | 'own', ...actions: string[]) =>
    actions.map((action) => ({ object, action, scope }));
  const comments = may('comment', 'own', 'read', 'create', 'update', 'delete');
  const worker = async (...permissions: ReturnType<typeof may>) =>
    people.colleague([await people.role({ permissions: [...comments, ...permissions] })]);
  ann = await worker(...may('account', 'all', 'read', 'update'), ...may('member', 'all', 'read'));
  ben = await worker(...may('account', 'all', 'read'));
  cem = await worker(...may('account', 'own', 'read', 'update'));
  silent = await people.colleague([await people.role({ permissions: may('comment', 'all', 'read') })]);
  blind = await people.colleague([
    await people.role({
      permissions: may('comment', 'all', 'read', 'create'),
      fields: [
        { object: 'comment', field: '*', access: 'edit' },
        { object: 'comment', field: 'heart', access: 'hidden' },
      ],
    }),
  ]);
  account = await newAccount();
});
afterAll(() => people.end());

const call = (method: string, path: string, body?: unknown, { token, version }: Options = {}) =>
  api.call(method, path, {
    token: token ?? company.token,
    body,
    ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }),
  });
async function must(method: string, path: string, body?: unknown, options?: Options): Promise<any> {
  const answer = await call(method, path, body, options);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}
const newAccount = async (more: object = {}): Promise<string> =>
  (await must('POST', '/accounts', { name: `Account ${crypto.randomUUID()}`, ...more })).id;
const about = (id = account) => [{ object: 'account', id }];
const say = (body: string, more: object = {}, who?: Colleague) =>
  must('POST', '/comments', { body, about: about(), ...more }, who && { token: who.token });
const reply = (parent: { id: string }, body: string, who?: Colleague) =>
  must('POST', '/comments', { body, parent: parent.id }, who && { token: who.token });
const react = (id: string, reaction: string, on: boolean, who?: Colleague) =>
  call('POST', `/comments/${id}/react`, { reaction, on }, who && { token: who.token });
const read = (id: string, who?: Colleague) =>
  call('GET', `/comments/${id}`, undefined, who && { token: who.token });
const said = (comment: { body: unknown }) => plainTextOf(JSON.stringify(comment.body));
/** The texts of the comments about a record, oldest first. */
async function talk(who?: Colleague, id = account): Promise<string[]> {
  const body = { filter: { field: 'about', op: 'contains', value: about(id)[0] }, sort: 'createdAt' };
  const found = await must('POST', '/comments/query', body, who && { token: who.token });
  return found.data.map(said);
}

describe('a comment', () => {
  test('is seen by whoever sees the record, and by nobody else', async () => {
    const id = await newAccount();
    const comment = await say('Seen with the record', { about: about(id) }, ann);
    expect(await talk(ben, id)).toEqual(['Seen with the record']);
    expect((await read(comment.id, cem)).status).toBe(404);
    await must('PATCH', `/accounts/${id}`, { owner: cem.memberId });
    expect((await read(comment.id, cem)).status).toBe(200);
    expect(await talk(cem, id)).toEqual(['Seen with the record']);
  });

  test('can be about a task, and is seen with the deal that the task is about', async () => {
    const deal = await newAccount({ owner: cem.memberId });
    const task = await must('POST', '/tasks', { name: 'Call', about: about(deal) });
    const comment = await say('About the task', { about: [{ object: 'task', id: task.id }] });
    // Cem has no right to read tasks.
    expect((await read(comment.id, cem)).status).toBe(404);
    expect((await read(comment.id)).body.about).toMatchObject([{ object: 'task', id: task.id }]);
  });

  test('about a record out of sight is refused like one about a record of nobody', async () => {
    const tries = [account, crypto.randomUUID()].map((id) =>
      call('POST', '/comments', { body: 'Hello', about: about(id) }, { token: cem.token }),
    );
    const [hidden, missing] = await Promise.all(tries);
    expect(hidden!.status).toBe(422);
    const comparable = ({ correlationId: _, instance: __, ...rest }: Record<string, unknown>) => rest;
    expect(comparable(hidden!.body)).toEqual(comparable(missing!.body));
  });

  test('stands on the timeline of the record', async () => {
    const id = await newAccount();
    const comment = await say('On the timeline', { about: about(id) });
    const { data } = await must('GET', `/accounts/${id}/timeline?kinds=comment`);
    expect(data.map((entry: any) => entry.record.id)).toEqual([comment.id]);
  });

  test('is edited only by its author, whatever rights others have', async () => {
    const comment = await say('First words', {}, ben);
    expect(comment.editedAt).toBeNull();
    const edited = await must(
      'PATCH',
      `/comments/${comment.id}`,
      { body: 'Better words' },
      { token: ben.token },
    );
    expect(edited.editedAt).not.toBeNull();
    for (const token of [ann.token, company.token]) {
      const answer = await call('PATCH', `/comments/${comment.id}`, { body: 'Other words' }, { token });
      expect([answer.status, answer.body.code]).toEqual([403, 'notAuthor']);
    }
    const { data } = await must('GET', `/comments/${comment.id}/history`);
    expect([data[0].changes.body.before, data[0].changes.body.after].map((body) => said({ body }))).toEqual([
      'First words',
      'Better words',
    ]);
  });

  test('stays where it was written', async () => {
    const comment = await say('Here');
    const answer = await call('PATCH', `/comments/${comment.id}`, { about: about(await newAccount()) });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer: '/about', code: 'commentStays' }]);
  });

  test('is deleted by its author or by whoever has the right, and comes back by undo', async () => {
    const comment = await say('To be deleted', {}, ben);
    expect((await call('DELETE', `/comments/${comment.id}`, undefined, { token: ann.token })).status).toBe(
      403,
    );
    const deleted = await call('DELETE', `/comments/${comment.id}`, undefined, { token: ben.token });
    expect(deleted.status).toBeLessThan(300);
    expect((await read(comment.id, ben)).status).toBe(404);
    const undone = await call(
      'POST',
      '/undo',
      { correlationId: String(deleted.headers['x-correlation-id']) },
      { token: ben.token },
    );
    expect(undone.body).toMatchObject({ status: 'completed', conflicts: [] });
    expect((await read(comment.id, ben)).status).toBe(200);
    expect((await call('DELETE', `/comments/${comment.id}`)).status).toBeLessThan(300);
  });

  test('that two people of one log-in edit at once is a conflict with both texts', async () => {
    const { id, version } = await say('original');
    await must('PATCH', `/comments/${id}`, { body: 'theirs' }, { version });
    const answer = await call('PATCH', `/comments/${id}`, { body: 'yours' }, { version });
    expect(answer.status).toBe(412);
    const { original, current, yours } = answer.body;
    expect([original, current, yours].map(said)).toEqual(['original', 'theirs', 'yours']);
  });
});

describe('a thread', () => {
  test('has replies about the same record, one level deep', async () => {
    const id = await newAccount();
    const first = await say('Question', { about: about(id) });
    const answer = await reply(first, 'Answer', ben);
    expect(answer).toMatchObject({ parent: { id: first.id }, about: [{ object: 'account', id }] });
    const further = await reply(answer, 'Further answer', ann);
    expect(further.parent.id).toBe(first.id);
    expect(await talk(undefined, id)).toEqual(['Question', 'Answer', 'Further answer']);
  });

  test('cannot be joined by people who do not see it', async () => {
    const first = await say('Question');
    const tries = [first.id, crypto.randomUUID()].map((parent) =>
      call('POST', '/comments', { body: 'Answer', parent }, { token: cem.token }),
    );
    const [hidden, missing] = await Promise.all(tries);
    expect(hidden!.status).toBe(422);
    const comparable = ({ correlationId: _, instance: __, ...rest }: Record<string, unknown>) => rest;
    expect(comparable(hidden!.body)).toEqual(comparable(missing!.body));
  });

  test('keeps its replies when its first comment is deleted, and takes no more', async () => {
    const id = await newAccount();
    const first = await say('Question', { about: about(id) });
    const answer = await reply(first, 'Answer', ben);
    expect((await call('DELETE', `/comments/${first.id}`)).status).toBeLessThan(300);
    expect(await talk(ben, id)).toEqual(['Answer']);
    expect((await read(answer.id, ben)).body.parent.id).toBe(first.id);
    const late = await call('POST', '/comments', { body: 'Late', parent: answer.id });
    expect(late.body.errors).toMatchObject([{ pointer: '/parent', code: 'referenceMissing' }]);
    await must('PATCH', `/comments/${answer.id}`, { body: 'Better answer' }, { token: ben.token });
    await must('POST', `/comments/${first.id}/restore`);
    expect(await talk(ben, id)).toEqual(['Question', 'Better answer']);
  });

  test('goes on although one of the records that it is about was deleted', async () => {
    const [kept, gone] = [await newAccount(), await newAccount()];
    const first = await say('About both', { about: [...about(kept), ...about(gone)] });
    await must('DELETE', `/accounts/${gone}?referrers=unlink`);
    expect((await reply(first, 'Still here')).about).toMatchObject([{ object: 'account', id: kept }]);
  });

  test('is resolved and reopened, with who and when', async () => {
    const first = await say('Settle this', {}, ben);
    const resolved = await must('POST', `/comments/${first.id}/resolve`, undefined, { token: ann.token });
    expect(resolved).toMatchObject({ resolved: true, resolvedBy: { id: ann.memberId } });
    expect(resolved.resolvedAt).not.toBeNull();
    const again = await call('POST', `/comments/${first.id}/resolve`);
    expect([again.status, again.body.code]).toEqual([409, 'commentResolved']);
    const reopened = await must('POST', `/comments/${first.id}/reopen`, undefined, { token: ben.token });
    expect(reopened).toMatchObject({ resolved: false, resolvedAt: null, resolvedBy: null });
    const verbs = (await must('GET', `/comments/${first.id}/history`)).data.map((event: any) => event.verb);
    expect(verbs).toEqual(['reopened', 'resolved', 'created']);
  });

  test('is resolved as a whole, by those who may change the record or wrote it', async () => {
    const first = await say('Not yours');
    const forbidden = await call('POST', `/comments/${first.id}/resolve`, undefined, { token: ben.token });
    expect(forbidden.status).toBe(403);
    const answer = await reply(first, 'A reply');
    const refused = await call('POST', `/comments/${answer.id}/resolve`);
    expect(refused.body.errors).toMatchObject([{ code: 'notThread' }]);
  });
});

describe('reactions', () => {
  test('are one for each person and kind, shown with names under the rights of the reader', async () => {
    const { id } = await say('Well done');
    for (const [who, reaction] of [
      [ann, 'heart'],
      [ann, 'heart'],
      [ann, 'party'],
      [ben, 'heart'],
    ] as const)
      expect((await react(id, reaction, true, who)).status).toBe(200);
    const ids = (list: { id: string }[]) => list.map(({ id: each }) => each).sort();
    const seen = (await read(id)).body;
    expect(ids(seen.heart)).toEqual([ann.memberId, ben.memberId].sort());
    expect(ids(seen.party)).toEqual([ann.memberId]);
    const shown = JSON.stringify((await read(id, ben)).body.heart);
    expect(shown).toContain(ann.memberId);
    expect(shown).not.toContain(ann.name);
    expect((await react(id, 'heart', false, ann)).body.heart.map(({ id: each }: any) => each)).toEqual([
      ben.memberId,
    ]);
  });

  test('of two people at once are both there', async () => {
    const { id } = await say('At once');
    const answers = await Promise.all([ann, ben].map((who) => react(id, 'eyes', true, who)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await read(id)).body.eyes).toHaveLength(2);
  });

  test('do not get into the way of an edit, and do not count as one', async () => {
    const { id, version } = await say('Being edited', {}, ben);
    expect((await react(id, 'thumbsUp', true, ann)).status).toBe(200);
    const edited = await must('PATCH', `/comments/${id}`, { body: 'Edited' }, { token: ben.token, version });
    expect(edited.thumbsUp).toHaveLength(1);
    const other = await say('Never edited', {}, ben);
    expect((await react(other.id, 'laugh', true, ann)).body.editedAt).toBeNull();
  });

  test('have an event of their own, and are not written otherwise', async () => {
    const { id } = await say('Told');
    await react(id, 'checkMark', true, ben);
    const [event] = (await must('GET', `/comments/${id}/history`)).data;
    expect(event).toMatchObject({ verb: 'reacted', actor: { kind: 'member', id: ben.memberId } });
    const forged = await call('PATCH', `/comments/${id}`, {
      heart: [{ object: 'member', id: ann.memberId }],
    });
    expect(forged.body.errors).toMatchObject([{ pointer: '/heart', code: 'readOnlyField' }]);
    const edit = {
      ids: [id],
      edits: [{ field: 'heart', do: 'add', values: [{ object: 'member', id: ann.memberId }] }],
    };
    expect((await call('POST', '/comments/bulk/update', edit)).status).toBeGreaterThanOrEqual(400);
  });

  test('take sight of the comment, the right to write comments and a known kind', async () => {
    const { id } = await say('Out of sight');
    expect((await react(id, 'heart', true, cem)).status).toBe(404);
    expect((await react(id, 'heart', true, silent)).status).toBe(403);
    expect((await react(id, 'skull', true)).status).toBe(422);
  });

  test('that a role hides are neither shown nor given', async () => {
    const { id } = await say('Hidden reactions');
    expect((await read(id, blind)).body.heart).toBeUndefined();
    const answer = await react(id, 'heart', true, blind);
    expect([answer.status, answer.body.code]).toEqual([403, 'reactionWithheld']);
  });
});
