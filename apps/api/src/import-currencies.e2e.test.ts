/** Currencies next to amounts in imported files. */
import { beforeEach, describe, expect, test } from 'vitest';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, errorsOf, get, preview, run } = stage;

beforeEach(async () => {
  const rates = ['EUR', 'GBP', 'JPY', 'SEK'].map((currency) => ({
    currency,
    date: '2020-01-01',
    rate: '0.5',
  }));
  await call('PUT', '/exchange-rates', { rates });
});

test('rows keep the currency of their amounts, or fail if it contradicts', async () => {
  const csv =
    'deal;amount;currency\nA;$1,250.50;\nB;£800.00;\nC;JPY 90000;\nD;100;EUR\nE;€ 5,000;EUR\nF;£5;EUR\nG;#N/A;\nH;kr 100;\nI;kr 100;SEK\n';
  const done = await run(csv, {
    object: 'opportunity',
    mode: 'create',
    mapping: { deal: 'name', amount: 'amount', currency: 'currency' },
  });
  expect(await errorsOf(done.id)).toMatch(/F;£5;EUR;.*is in GBP, but ""Currency"" is EUR/);
  expect(await errorsOf(done.id)).toMatch(/G;#N\/A;;.*is a spreadsheet error/);
  expect(await errorsOf(done.id)).toMatch(/H;kr 100;;.*could be in SEK, NOK, DKK, ISK/);
  expect(done.counts).toMatchObject({ created: 6, failed: 3 });
  const deals = (await get('/opportunities?sort=name')).data.map((r: any) => [r.amount, r.currency]);
  expect(deals).toEqual([
    ['1250.50', 'USD'],
    ['800.00', 'GBP'],
    ['90000', 'JPY'],
    ['100.00', 'EUR'],
    ['5000.00', 'EUR'],
    ['100.00', 'SEK'],
  ]);
  const base = await run('name,revenue\nForeign,£5\nOwn,$5\n', {
    object: 'account',
    mode: 'create',
    mapping: { name: 'name', revenue: 'annualRevenue' },
  });
  expect(await errorsOf(base.id)).toContain('is in GBP, but ""Annual revenue"" is in USD');
  expect(base.counts).toMatchObject({ created: 1, failed: 1 });
});

const BY_ID = { mode: 'upsert', matchBy: ['externalId'] };
const deals = async () =>
  (await get('/opportunities?sort=name')).data.map((deal: any) => [deal.name, deal.amount, deal.currency]);

test('an existing record keeps its currency, unless a column of its own changes it', async () => {
  const desk = (await call('POST', '/products', { name: 'Desk' })).body;
  for (const externalId of ['1', '2', '3', '4'])
    await call('POST', '/opportunities', {
      externalId,
      name: externalId,
      currency: 'EUR',
      lines: [{ product: desk.id, quantity: 1, unitPrice: '5' }],
    });
  const mapping = { id: 'externalId', amount: 'amount', currency: 'currency', price: 'lines.unitPrice' };
  const product = { product: 'lines.product' };
  const done = await run(
    'id,amount,currency,product,price\n1,$20,,,\n2,$20,USD,,\n3,€20,,,\n4,,,Desk,€7\n4,,,Desk,$8\n',
    { object: 'opportunity', ...BY_ID, mapping: { ...mapping, ...product } },
  );
  expect(await deals()).toEqual([
    ['1', '5.00', 'EUR'],
    ['2', '20.00', 'USD'],
    ['3', '20.00', 'EUR'],
    ['4', '5.00', 'EUR'],
  ]);
  const errors = await errorsOf(done.id);
  expect(errors).toContain('""$20"" is in USD, but ""Currency"" is EUR. Convert the amount');
  expect(errors).toMatch(/^4,,,Desk,\$8,.*is in USD, but ""€7"" is in EUR/m);
});

test('a record that an earlier row made keeps its currency, wherever the rows stand, and a preview says so', async () => {
  const others = Array.from({ length: 500 }, (_, n) => `x${n},X,1`).join('\n');
  const csv = `id,deal,amount\n1,A,€5\n2,B,5\n1,A,$7\n2,B,£7\n${others}\n1,A,£8\n2,B,€8\n`;
  const options = {
    object: 'opportunity',
    ...BY_ID,
    mapping: { id: 'externalId', deal: 'name', amount: 'amount' },
  };
  for (const make of [preview, run]) {
    const done = await make(csv, options);
    expect(done.counts).toMatchObject({ total: 506, created: 502, updated: 0, failed: 4 });
    const errors = await errorsOf(done.id);
    expect(errors).toMatch(/^1,A,\$7,.*is in USD, but ""Currency"" is EUR/m);
    expect(errors).toMatch(/^2,B,£7,.*is in GBP, but ""Currency"" is USD/m);
    expect(errors).toMatch(/^1,A,£8,.*is in GBP, but ""Currency"" is EUR/m);
    expect(errors).toMatch(/^2,B,€8,.*is in EUR, but ""Currency"" is USD/m);
  }
  expect((await deals()).slice(0, 2)).toEqual([
    ['A', '5.00', 'EUR'],
    ['B', '5.00', 'USD'],
  ]);
});

describe('whoever may not set the currency', () => {
  /** Imports deals with a key whose role has the access to the currency of deals, and returns its result. */
  async function importAs(access: string, csv: string, more: object = {}) {
    const role = await call('POST', '/roles', {
      name: `Importer ${crypto.randomUUID()}`,
      permissions: [{ object: '*', action: '*', scope: 'all' }],
      fields: [{ object: 'opportunity', field: 'currency', access }],
      system: ['manageImports'],
    });
    const { key } = (await call('POST', '/api-keys', { name: 'Importer', roleId: role.body.id })).body;
    const mapping = { id: 'externalId', deal: 'name', entity: 'legalEntity', amount: 'amount' };
    const options = { object: 'opportunity', mode: 'create', mapping, ...more };
    const { body } = await stage.post(
      '/imports',
      [
        ['file', csv, 'file.csv'],
        ['options', options],
      ],
      {},
      key,
    );
    return stage.ended(body.id);
  }
  const REFUSED =
    'but your roles don\'t let you set ""Currency"". Convert the amount to the record\'s currency';

  beforeEach(async () => {
    await call('POST', '/legal-entities', { name: 'Lyon', currency: 'EUR' });
  });

  test('imports amounts in the currency that new records start with, and no others', async () => {
    const done = await importAs(
      'view',
      'id,deal,entity,amount\n1,A,Lyon,$1000\n2,B,Lyon,€1000\n3,C,Lyon,1000\n4,D,,$1000\n5,E,,€1000\n6,F,Lyon,\n',
    );
    expect(await deals()).toEqual([
      ['B', '1000.00', 'EUR'],
      ['C', '1000.00', 'EUR'],
      ['D', '1000.00', 'USD'],
      ['F', null, 'EUR'],
    ]);
    expect(done.counts).toMatchObject({ created: 4, failed: 2 });
    const errors = await errorsOf(done.id);
    expect(errors).toContain(`""$1000"" is in USD, ${REFUSED}`);
    expect(errors).toContain(`""€1000"" is in EUR, ${REFUSED}`);
  });

  test('imports amounts of records that an earlier row has made in their currency, and no others', async () => {
    const done = await importAs(
      'view',
      'id,deal,entity,amount\n2,New,Lyon,€30\n2,New,,$40\n2,New,,50\n',
      BY_ID,
    );
    expect(await deals()).toEqual([['New', '50.00', 'EUR']]);
    expect(done.counts).toMatchObject({ failed: 1 });
    expect(await errorsOf(done.id)).toContain(
      '""$40"" is in USD, but ""Currency"" is EUR. Convert the amount',
    );
  });

  test.each(['mask', 'hidden'])('and does not see it (%s) learns nothing by naming one', async (access) => {
    await call('POST', '/opportunities', { externalId: '1', name: 'Old', currency: 'EUR', amount: '5' });
    const done = await importAs(
      access,
      'id,deal,entity,amount\n1,Old,,€10\n1,Old,,$20\n2,A,Lyon,€30\n3,B,Lyon,$40\n4,C,,€50\n5,D,,$60\n6,E,Lyon,70\n',
      BY_ID,
    );
    expect((await deals()).map(([name, amount]: string[]) => [name, amount])).toEqual([
      ['E', '70.00'],
      ['Old', '5.00'],
    ]);
    expect(done.counts).toMatchObject({ created: 1, failed: 6 });
    expect((await errorsOf(done.id)).split(REFUSED)).toHaveLength(7);
  });

  test('cannot set it by a column either', async () => {
    const mapping = { deal: 'name', currency: 'currency', amount: 'amount' };
    const done = await importAs('view', 'deal,currency,amount\nA,EUR,5\nB,USD,$5\n', { mapping });
    expect(await deals()).toEqual([['B', '5.00', 'USD']]);
    expect(await errorsOf(done.id)).toContain('don\'t let you change ""Currency"". Leave it out');
  });
});
