/** Somebody gives values for fields that they don't see: a right guess is answered like a wrong one. */
import type { FieldPermission, Permission } from '@pellucid/platform/access';
import { sharedDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { dealsStage } from './testing/deals-stage.js';

const stage = dealsStage();
const { call, deal, made, product } = stage;
let people: TestPeople;
/** A product for 100. */
let p: { id: string };

beforeAll(async () => {
  people = await TestPeople.of(await sharedDatabase(), stage.api, stage.company);
  p = await product({ price: '100' });
});
afterAll(() => people.end());

const OBJECTS = ['opportunity', 'product', 'stage', 'account', 'member', 'lead', 'contact', 'team'];
const all = (actions: string[]) =>
  OBJECTS.flatMap((object) => actions.map((action): Permission => ({ object, action, scope: 'all' })));
const hide = (object: string, ...hidden: string[]) =>
  hidden.map((field): FieldPermission => ({ object, field, access: 'hidden' }));

async function colleague(...roles: Parameters<TestPeople['role']>[0][]): Promise<Colleague> {
  const ids: string[] = [];
  for (const role of roles) ids.push(await people.role(role));
  const found = await people.colleague(ids);
  await people.settle();
  return found;
}

/** One role may change every field, the other one shows them all but these. */
const writerBlindTo = (object: string, ...hidden: string[]) =>
  colleague(
    { permissions: all(['read']), fields: hide(object, ...hidden) },
    { permissions: all(['update']) },
  );

/** Sees the amounts that people entered, but not those that are the sum of lines. */
const blindToLines = () =>
  colleague({ permissions: all(['read', 'update']), fields: hide('opportunity', 'lines.quantity') });

/** Returns what an answer tells, without the guess itself. */
async function answer(
  who: Colleague,
  method: string,
  path: string,
  body: object,
  guess = '',
  version?: number,
) {
  const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
  const { status, body: told } = await stage.api.call(method, path, { token: who.token, body, headers });
  const { code, errors, version: stored, current, original } = told;
  const text = JSON.stringify({ code, errors, stored, current, original });
  return [status, guess ? text.replaceAll(guess, 'GUESS') : text];
}

const priced = (quantity: string, more: object = {}) =>
  deal({ lines: [{ product: p.id, quantity }], ...more });

describe('the sum of lines that one does not see', () => {
  test('is no less than a typed amount where a stage requires one', async () => {
    const blind = await blindToLines();
    const { Engaging: id } = stage.stages;
    const require = (...requiredFields: string[]) => call('PATCH', `/stages/${id}`, { requiredFields });
    await require('amount');
    const answers = [];
    for (const amount of ['200.00', '300.00']) {
      const { id: record } = await priced('2');
      answers.push(await answer(blind, 'PATCH', `/opportunities/${record}`, { stage: id, amount }, amount));
    }
    await require();
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]![0]).toBe(200);
  });

  test('is a conflict with an amount made on an old version, whether or not it changed', async () => {
    const blind = await blindToLines();
    const answers = [];
    for (const line of [
      { quantity: '3', unitPrice: '100' },
      { quantity: '4', unitPrice: '50' },
    ]) {
      const { id, lines } = await priced('2');
      await call('PATCH', `/opportunities/${id}`, { lines: [{ id: lines[0].id, ...line }] });
      answers.push(await answer(blind, 'PATCH', `/opportunities/${id}`, { amount: '50' }, '', 1));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]![0]).toBe(412);
  });

  test('gives way to the amount of a restored version, even if it is the same', async () => {
    const blind = await blindToLines();
    const answers = [];
    for (const quantity of ['2', '3']) {
      const { id } = await priced(quantity, { amount: '200' });
      await call('PATCH', `/opportunities/${id}`, { amount: null });
      const { status, body } = await stage.api.call('POST', `/opportunities/${id}/restore-version`, {
        token: blind.token,
        body: { version: 1 },
      });
      answers.push([status, body.version, body.amount]);
    }
    expect(answers).toEqual([
      [200, 3, '200.00'],
      [200, 3, '200.00'],
    ]);
  });
});

describe('a right guess is answered like a wrong one:', () => {
  test.each([
    [
      'of the currency',
      'opportunity',
      ['amount', 'currency'],
      'currency',
      ['USD', 'GBP'],
      { currency: 'USD' },
    ],
    [
      'of the close date, which decides about the rate',
      'opportunity',
      ['closeDate'],
      'closeDate',
      ['2024-01-05', '2024-01-06'],
      { currency: 'EUR', closeDate: '2024-01-05' },
      { amount: '5' },
    ],
    [
      'of a first name',
      'contact',
      ['firstName', 'lastName', 'email'],
      'firstName',
      ['Ann', 'Bea'],
      { firstName: 'Ann' },
    ],
  ] as [string, string, string[], string, string[], object, object?][])(
    '%s',
    async (_, object, hidden, field, guesses, values, more = {}) => {
      const writer = await writerBlindTo(object, ...hidden);
      const path = object === 'opportunity' ? '/opportunities' : `/${object}s`;
      const answers = [];
      for (const guess of guesses) {
        const { id } = await made(path, values);
        answers.push(await answer(writer, 'PATCH', `${path}/${id}`, { [field]: guess, ...more }, guess));
      }
      expect(answers[0]).toEqual(answers[1]);
    },
  );

  test('of the owner', async () => {
    const writer = await writerBlindTo('opportunity', 'owner');
    const answers = [];
    for (const owner of [stage.company.memberId, writer.memberId]) {
      const { id } = await deal();
      answers.push(await answer(writer, 'PATCH', `/opportunities/${id}`, { owner }, owner));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]![0]).toBe(422);
  });

  test('of what frames the rights of people', async () => {
    const writer = await writerBlindTo('team', 'manager');
    const { id } = await made('/teams', { name: 'Team', manager: writer.memberId });
    const answers = [];
    for (const manager of [writer.memberId, stage.company.memberId])
      answers.push(await answer(writer, 'PATCH', `/teams/${id}`, { manager }, manager));
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]![0]).toBe(422);
  });
});

test('a value given on an older version for a line is a conflict, whether or not somebody changed the one that is not seen', async () => {
  const writer = await writerBlindTo('opportunity', 'lines.quantity');
  const answers = [];
  for (const quantity of ['2', '3']) {
    const { id, lines } = await priced('2', { amount: '5' });
    const [line] = lines;
    await call('PATCH', `/opportunities/${id}`, { nextStep: 'Call', lines: [{ id: line.id, quantity }] });
    const given = { lines: [{ id: line.id, quantity: '9' }] };
    answers.push(await answer(writer, 'PATCH', `/opportunities/${id}`, given, line.id, 1));
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]![0]).toBe(412);
});

test("explanations for others don't tell whether an amount that one does not see is the sum of lines", async () => {
  const asker = await colleague({
    permissions: all(['read']),
    fields: hide('opportunity', 'amount'),
    system: ['manageUsers'],
  });
  const blind = await blindToLines();
  const answers = [];
  for (const values of [{}, { amount: '70' }]) {
    const { id } = await priced('2', values);
    const asks = `object=opportunity&record=${id}&field=baseAmount`;
    for (const path of [`explain?action=read&subject=${blind.memberId}&${asks}`, `who?${asks}`]) {
      const { status, body } = await stage.api.call('GET', `/access/${path}`, { token: asker.token });
      expect(status, path).toBe(200);
      answers.push(JSON.stringify([body.allowed, body.effect, body.steps, body.data]));
    }
  }
  expect(answers.slice(0, 2)).toEqual(answers.slice(2));
});
