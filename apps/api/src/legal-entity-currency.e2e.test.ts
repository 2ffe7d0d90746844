/** Legal entities bill in a currency of their own, which their new opportunities start with. */
import { expect, test } from 'vitest';
import { dealsStage, problems } from './testing/deals-stage.js';

const sales = dealsStage();
const { call, deal } = sales;
const entity = async (values: object = {}) =>
  (await call('POST', '/legal-entities', { name: `Entity ${crypto.randomUUID()}`, ...values })).body;

test('a legal entity may have a currency of its own, and it is a valid one', async () => {
  expect((await entity()).currency).toBeNull();
  const { id, currency } = await entity({ currency: 'CHF' });
  expect(currency).toBe('CHF');
  const change = (to: unknown) => call('PATCH', `/legal-entities/${id}`, { currency: to });
  expect((await change('GBP')).body.currency).toBe('GBP');
  expect(problems((await change('XXX')).body)).toEqual({ '/currency': 'notAnOption' });
  expect((await change(null)).body.currency).toBeNull();
});

test('a new opportunity takes the currency of its legal entity, unless it is given one', async () => {
  const { id } = await entity({ currency: 'EUR' });
  const taken = await deal({ legalEntity: id });
  expect(taken.currency).toBe('EUR');
  expect((await deal({ legalEntity: id, currency: 'JPY' })).currency).toBe('JPY');
  expect((await deal({})).currency).toBe('USD');
  const [created] = (await call('GET', `/opportunities/${taken.id}/history`)).body.data;
  expect(created.changes.currency).toMatchObject({ after: 'EUR', origin: { kind: 'default' } });

  await call('PATCH', `/legal-entities/${id}`, { currency: 'GBP' });
  expect((await deal({ legalEntity: id })).currency).toBe('GBP');
  expect((await call('GET', `/opportunities/${taken.id}`)).body.currency).toBe('EUR');
  // What is there keeps its currency, whatever legal entity it is given later.
  const moved = await call('PATCH', `/opportunities/${taken.id}`, { legalEntity: (await entity()).id });
  expect(moved.body.currency).toBe('EUR');
});

/** Returns a key that creates and changes opportunities, new ones in the legal entity, if one is given. */
const sellerKey = async (preset: string | undefined, fields: object[], entities: object = {}) => {
  const permissions = [
    ...['opportunity', 'pipeline', 'stage'].map((object) => ({ object, action: 'read', scope: 'all' })),
    { object: 'legalEntity', action: 'read', scope: 'all', ...entities },
    { object: 'opportunity', action: 'update', scope: 'all' },
    {
      object: 'opportunity',
      action: 'create',
      scope: 'all',
      ...(preset ? { preset: { legalEntity: preset } } : {}),
    },
  ];
  const role = await call('POST', '/roles', { name: `Seller ${crypto.randomUUID()}`, permissions, fields });
  return (await call('POST', '/api-keys', { name: 'Seller', roleId: role.body.id })).body.key as string;
};
const created = async (token: string, values: object = {}) =>
  (await sales.api.call('POST', '/opportunities', { token, body: { name: 'New', ...values } })).body;

test('the legal entity may be preset by a role; whoever may not see its currency gets the base currency', async () => {
  const { id } = await entity({ currency: 'EUR' });
  expect(await created(await sellerKey(id, []))).toMatchObject({ legalEntity: { id }, currency: 'EUR' });
  for (const access of ['mask', 'hidden']) {
    const blind = await sellerKey(id, [{ object: 'legalEntity', field: 'currency', access }]);
    expect(await created(blind)).toMatchObject({ legalEntity: { id }, currency: 'USD' });
  }
});

test('whoever may not set the currency may give the one that a new opportunity starts with, if they see it', async () => {
  const { id } = await entity({ currency: 'EUR' });
  const answers = async (access: string) => {
    const key = await sellerKey(id, [{ object: 'opportunity', field: 'currency', access }]);
    const given = ['EUR', 'USD', 'XXX', null];
    return Promise.all(given.map(async (currency) => await created(key, { currency })));
  };
  const refused = { '/currency': 'fieldNotWritable' };
  const [taken, ...others] = await answers('view');
  expect(taken).toMatchObject({ currency: 'EUR' });
  expect(others.map(problems)).toEqual([refused, refused, refused]);
  for (const access of ['mask', 'hidden'])
    expect((await answers(access)).map(problems)).toEqual([refused, refused, refused, refused]);
});

test('the currency tells nothing of a legal entity that is not seen', async () => {
  const { id } = await entity({ currency: 'EUR' });
  const other = await entity({ currency: 'GBP' });
  const condition = { field: 'name', op: 'eq', value: other.name };
  const unreached = await sellerKey(id, [], { condition });
  expect((await created(unreached)).currency).toBe('USD');
  expect((await created(unreached, { legalEntity: other.id })).currency).toBe('GBP');
  const missing = await created(unreached, { legalEntity: id, amount: '1.005' });
  expect(problems(missing)).toEqual({ '/legalEntity': 'referenceMissing' });
});

test('the currency tells nobody which legal entity an opportunity has, unless they chose it', async () => {
  const { id } = await entity({ currency: 'EUR' });
  for (const access of ['mask', 'hidden']) {
    const key = await sellerKey(id, [{ object: 'opportunity', field: 'legalEntity', access }]);
    expect((await created(key)).currency).toBe('USD');
  }
});

test('the description says what a new record starts with', async () => {
  const described = async (object: string) => {
    const { fields } = (await call('GET', `/objects/${object}`)).body;
    return fields.find(({ key }: { key: string }) => key === 'currency');
  };
  expect(await described('opportunity')).toMatchObject({
    default: 'USD',
    defaultFrom: { reference: 'legalEntity', field: 'currency' },
  });
});
