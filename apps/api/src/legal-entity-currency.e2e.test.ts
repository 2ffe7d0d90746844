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

test('the legal entity may be preset by a role; whoever may not see its currency gets the base currency', async () => {
  const { id } = await entity({ currency: 'EUR' });
  const keyWith = async (fields: object[]) => {
    const permissions = [
      ...['opportunity', 'pipeline', 'stage', 'legalEntity'].map((object) => ({
        object,
        action: 'read',
        scope: 'all',
      })),
      { object: 'opportunity', action: 'create', scope: 'all', preset: { legalEntity: id } },
    ];
    const role = await call('POST', '/roles', { name: `Seller ${crypto.randomUUID()}`, permissions, fields });
    return (await call('POST', '/api-keys', { name: 'Seller', roleId: role.body.id })).body.key as string;
  };
  const created = async (token: string) =>
    (await sales.api.call('POST', '/opportunities', { token, body: { name: 'Preset' } })).body;
  expect(await created(await keyWith([]))).toMatchObject({ legalEntity: { id }, currency: 'EUR' });
  for (const access of ['mask', 'hidden']) {
    const blind = await keyWith([{ object: 'legalEntity', field: 'currency', access }]);
    expect(await created(blind)).toMatchObject({ legalEntity: { id }, currency: 'USD' });
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
