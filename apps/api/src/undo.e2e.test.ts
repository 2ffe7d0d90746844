/** Undo of what requests did to the product's own objects: each is as it was before, with what the product derives. */
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { RecordUndo } from '@pellucid/platform/records';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

/** Sends a request. @returns its body, and the correlation id under which it can be undone */
async function done(method: string, path: string, body?: unknown) {
  const answer = await api.call(method, path, { token: company.token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return { body: answer.body, correlationId: String(answer.headers['x-correlation-id']) };
}
const made = async (path: string, body: unknown) => (await done('POST', path, body)).body;
const undo = (correlationId: string) =>
  api.call('POST', '/undo', { token: company.token, body: { correlationId } });

/** Returns a record without what every write changes. */
async function contents(path: string) {
  const { version: _, updatedAt: __, updatedBy: ___, ...rest } = (await done('GET', path)).body;
  return rest;
}

/** Does something and undoes it. @returns the records before and after */
async function thereAndBack(paths: string[], act: () => Promise<{ correlationId: string }>) {
  const all = () => Promise.all(paths.map(contents));
  const before = await all();
  const { correlationId } = await act();
  expect(await all()).not.toEqual(before);
  const answer = await undo(correlationId);
  expect(answer.body).toMatchObject({ status: 'completed', conflicts: [] });
  return { before, after: await all() };
}

describe('as they were before are', () => {
  test('a deal that was won, against the rules of stages', async () => {
    const deal = await made('/opportunities', { name: 'Deal', amount: '100' });
    const { before, after } = await thereAndBack([`/opportunities/${deal.id}`], () =>
      done('POST', `/opportunities/${deal.id}/win`, {}),
    );
    expect(after).toEqual(before);
    expect(after[0]!.closedAt).toBeNull();
  });

  test('a deal whose amount was the sum of its lines until somebody typed one', async () => {
    const product = await made('/products', { name: `Anvil ${crypto.randomUUID()}`, price: '5' });
    const deal = await made('/opportunities', {
      name: 'Deal',
      lines: [{ product: product.id, quantity: 2 }],
    });
    expect(deal).toMatchObject({ amount: '10.00', amountFromLines: true });
    const { before, after } = await thereAndBack([`/opportunities/${deal.id}`], () =>
      done('PATCH', `/opportunities/${deal.id}`, { amount: '7' }),
    );
    expect(after).toEqual(before);
    const lines = await thereAndBack([`/opportunities/${deal.id}`], () =>
      done('PATCH', `/opportunities/${deal.id}`, { lines: [{ product: product.id, quantity: 9 }] }),
    );
    expect(lines.after).toEqual(lines.before);
  });

  test('a deal with an automatic name', async () => {
    const account = await made('/accounts', { name: 'Acme' });
    const deal = await made('/opportunities', { account: account.id });
    expect(deal.nameComposed).toBe(true);
    const { before, after } = await thereAndBack([`/opportunities/${deal.id}`], () =>
      done('PATCH', `/opportunities/${deal.id}`, { name: 'Typed' }),
    );
    expect(after).toEqual(before);
    const renamed = await thereAndBack([`/opportunities/${deal.id}`, `/accounts/${account.id}`], () =>
      done('PATCH', `/accounts/${account.id}`, { name: 'Globex' }),
    );
    expect(renamed.after).toEqual(renamed.before);
  });

  test('a converted lead, and what its conversion made is gone', async () => {
    const lead = await made('/leads', { lastName: 'Lead', company: `Company ${crypto.randomUUID()}` });
    let conversion: any;
    const { before, after } = await thereAndBack([`/leads/${lead.id}`], async () => {
      const answer = await done('POST', `/leads/${lead.id}/convert`, { opportunity: { name: 'Deal' } });
      conversion = answer.body;
      return answer;
    });
    expect(after).toEqual(before);
    for (const [path, of] of [
      ['accounts', 'account'],
      ['contacts', 'contact'],
      ['opportunities', 'opportunity'],
    ] as const) {
      const { id } = conversion[of];
      expect((await api.call('GET', `/${path}/${id}`, { token: company.token })).status).toBe(404);
    }
  });

  test('a contact with its accounts, its role and whether it is the primary one', async () => {
    const [one, two] = [await made('/accounts', { name: 'One' }), await made('/accounts', { name: 'Two' })];
    const contact = await made('/contacts', { lastName: 'Contact', account: one.id, role: 'Buyer' });
    await made('/contacts', { lastName: 'Second', account: two.id });
    const paths = [`/contacts/${contact.id}`, `/accounts/${one.id}`, `/accounts/${two.id}`];
    const { before, after } = await thereAndBack(paths, () =>
      done('PUT', `/accounts/${two.id}/contacts/${contact.id}`, { role: 'Boss', isPrimary: true }),
    );
    expect(after).toEqual(before);
    const left = await thereAndBack(paths, () =>
      done('PATCH', `/contacts/${contact.id}`, { account: two.id, role: 'Boss' }),
    );
    expect(left.after).toEqual(left.before);
    const out = await thereAndBack(paths, () => done('DELETE', `/accounts/${one.id}/contacts/${contact.id}`));
    expect(out.after).toEqual(out.before);
  });

  test('an account that was deleted with its contacts and deals', async () => {
    const account = await made('/accounts', { name: 'Acme' });
    const contact = await made('/contacts', { lastName: 'Contact', account: account.id });
    const deal = await made('/opportunities', { name: 'Deal', account: account.id });
    const paths = [`/accounts/${account.id}`, `/contacts/${contact.id}`, `/opportunities/${deal.id}`];
    const before = await Promise.all(paths.map(contents));
    const { correlationId } = await done('DELETE', `/accounts/${account.id}?referrers=delete`);
    expect((await undo(correlationId)).body.counts).toMatchObject({
      restored: expect.any(Number),
      conflicts: 0,
    });
    expect(await Promise.all(paths.map(contents))).toEqual(before);
  });
});

test('what the product derived goes back or not, whatever a hidden field holds by now', async () => {
  const people = await TestPeople.of(api.database, api, company);
  await people.customFields('opportunity', { secret: ['text'] });
  const may = (action: string, object = 'opportunity') => ({ object, action, scope: 'all' as const });
  const fields = [{ object: 'opportunity', field: 'custom.secret', access: 'hidden' as const }];
  const seen = ['opportunity', 'stage', 'pipeline'].map((object) => may('read', object));
  const role = { permissions: [...seen, may('update')], fields, system: ['viewAudit'] };
  const { token } = await people.colleague([await people.role(role)]);
  await people.settle();
  await people.end();
  const answers: unknown[] = [];
  for (const secret of ['as it was', 'changed since']) {
    const deal = await made('/opportunities', { name: 'Deal', custom: { secret: 'as it was' } });
    const headers = { 'x-correlation-id': `won ${secret}`.replaceAll(' ', '-') };
    const won = { token: company.token, headers };
    const path = `/opportunities/${deal.id}`;
    await api.call('PATCH', path, { ...won, body: { custom: { secret: 'by the cause' } } });
    expect((await api.call('POST', `${path}/win`, { ...won, body: {} })).status).toBe(200);
    await done('PATCH', path, { custom: { secret } });
    const body = { correlationId: headers['x-correlation-id'] };
    const preview = (await api.call('POST', '/undo/preview', { token, body })).body;
    const undone = (await api.call('POST', '/undo', { token, body })).body;
    const { closedAt, closeDate, probability, stage } = (await api.call('GET', path, { token })).body;
    const [{ changes }] = preview.sample;
    answers.push([
      preview.counts,
      changes.map(({ field }: { field: string }) => field),
      [undone.counts, undone.conflicts],
      { closedAt, closeDate, probability, stage },
    ]);
  }
  expect(answers[0]).toEqual(answers[1]);
});

test('whether something was done to records out of sight is not told, nor how often', async () => {
  const people = await TestPeople.of(api.database, api, company);
  const read = (scope: 'all' | 'own') => ({ object: 'account', action: 'read', scope });
  const auditor = (scope: 'all' | 'own') =>
    people.role({ permissions: [read(scope)], system: ['viewAudit'] });
  const [owner, reader] = [
    await people.colleague([await auditor('own')]),
    await people.colleague([await auditor('all')]),
  ];
  await people.settle();
  const account = await made('/accounts', { name: 'Theirs' });
  const hidden = (await done('PATCH', `/accounts/${account.id}`, { city: 'Bern' })).correlationId;
  const contact = await made('/contacts', { lastName: 'Hidden' });
  const another = (await done('PATCH', `/contacts/${contact.id}`, { lastName: 'Seen by no one' }))
    .correlationId;
  const asked = async (who: { token: string }, correlationId: string) => {
    const { status, body } = await api.call('POST', '/undo/preview', {
      token: who.token,
      body: { correlationId },
    });
    return [status, body.code, body.detail];
  };
  const nothing = await asked(owner, 'never-happened');
  expect(nothing[0]).toBe(404);
  expect(await asked(owner, hidden)).toEqual(nothing);
  expect(await asked(owner, another)).toEqual(nothing);
  expect(await asked(reader, another)).toEqual(nothing);
  expect((await asked(reader, hidden))[0]).toBe(200);
  const size = async (who: { memberId: string }, correlationId: string) => {
    const actor = { kind: 'member' as const, id: who.memberId };
    const context = newContext({ tenantId: company.tenantId, actor, correlationId: 'size' });
    return runInContext({ ...context, memberId: who.memberId }, () =>
      api.app
        .get(UnitOfWorkFactory)
        .run((uow) => api.app.get(RecordUndo).size(uow, { correlationId }, 1_000)),
    );
  };
  const both = { 'x-correlation-id': 'seen-and-unseen' };
  for (const [path, body] of [
    [`/accounts/${account.id}`, { city: 'Zug' }],
    [`/contacts/${contact.id}`, { lastName: 'Still' }],
  ] as const)
    await api.call('PATCH', path, { token: company.token, headers: both, body });
  expect(await size(reader, 'seen-and-unseen')).toBe(1);
  expect(await size({ memberId: company.memberId }, 'seen-and-unseen')).toBe(2);
  await people.end();
});

test('of two undos at once one wins, and an undo can be undone', async () => {
  const account = await made('/accounts', { name: 'Acme', city: 'Zug' });
  const { correlationId } = await done('PATCH', `/accounts/${account.id}`, { city: 'Bern' });
  const answers = await Promise.all([undo(correlationId), undo(correlationId)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(['undoInProgress', 'nothingToUndo']).toContain(
    answers.find(({ status }) => status === 409)!.body.code,
  );
  const [event] = (await done('GET', `/accounts/${account.id}/history`)).body.data;
  const won = answers.find(({ status }) => status === 200)!;
  expect(event.cause).toEqual({ kind: 'undo', id: won.body.id });
  const redo = await api.call('POST', '/undo', {
    token: company.token,
    body: { cause: { kind: 'undo', id: won.body.id } },
  });
  expect(redo.body.counts).toMatchObject({ changed: 1, conflicts: 0 });
  expect((await contents(`/accounts/${account.id}`)).city).toBe('Bern');
});

test('a repeated request with the same key undoes once', async () => {
  const account = await made('/accounts', { name: 'Acme', city: 'Zug' });
  const { correlationId } = await done('PATCH', `/accounts/${account.id}`, { city: 'Bern' });
  const again = () =>
    api.call('POST', '/undo', {
      token: company.token,
      body: { correlationId },
      headers: { 'idempotency-key': `undo ${account.id}` },
    });
  const [first, second] = [await again(), await again()];
  expect(second).toMatchObject({ status: 200, body: first.body });
});

describe('refused is', () => {
  test('a cause of which nothing is known', async () => {
    expect(await undo('nobody-knows-it')).toMatchObject({ status: 404, body: { code: 'nothingFound' } });
  });

  test('a request that names no cause, or two, or an empty period', async () => {
    const id = crypto.randomUUID();
    const actor = { kind: 'member', id, from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    for (const body of [{}, { correlationId: 'a', cause: { kind: 'bulk', id } }, { actor }]) {
      const answer = await api.call('POST', '/undo/preview', { token: company.token, body });
      expect(answer.status, JSON.stringify(body)).toBe(422);
    }
  });
});
