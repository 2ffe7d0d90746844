import { beforeEach, describe, expect, test } from 'vitest';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, errorsOf, get, preview, run, upload } = stage;

const MAPPING = {
  id: 'externalId',
  deal: 'name',
  product: 'lines.product',
  qty: 'lines.quantity',
  price: 'lines.unitPrice',
};
const options = {
  object: 'opportunity',
  mode: 'upsert',
  matchBy: ['externalId'],
  mapping: MAPPING,
};
const byProduct = { lines: { lines: { mode: 'match', matchBy: 'lines.product' } } };

/** A file with the columns of {@link MAPPING}. */
const file = (...rows: string[]) => `id,deal,product,qty,price\n${rows.join('\n')}\n`;

/** The deals by external ID, each with the product, quantity and price of its lines. */
async function deals(): Promise<Record<string, string[]>> {
  const { data } = await get('/opportunities?fields=externalId,name,lines&limit=200');
  return Object.fromEntries(
    data.map(({ externalId, lines }: any) => [
      externalId,
      lines.map((l: any) => `${l.quantity} ${l.product.name} à ${l.unitPrice}`),
    ]),
  );
}

describe('lines in further rows', () => {
  beforeEach(async () => {
    for (const [name, price] of [
      ['Desk', '100'],
      ['Lamp', '9.99'],
      ['Chair', '50'],
    ])
      expect((await call('POST', '/products', { name, price })).status).toBe(201);
  });

  test('are lines of the record with the same key, whether rows stand together, apart or leave it empty', async () => {
    const done = await run(
      file('A,Office,Desk,2,', 'B,Home,Lamp,1,5', ',,Chair,4,', 'A,Office,Lamp,"1.5",8', 'C,Empty,,,'),
      options,
    );
    expect(done.counts).toEqual({
      total: 5,
      created: 3,
      updated: 0,
      unchanged: 0,
      lines: 2,
      failed: 0,
      duplicates: 0,
      related: 0,
    });
    expect(await deals()).toEqual({
      A: ['2 Desk à 100.00', '1.5 Lamp à 8.00'],
      B: ['1 Lamp à 5.00', '4 Chair à 50.00'],
      C: [],
    });
    const { data } = await get('/opportunities?filter={"field":"externalId","op":"eq","value":"A"}');
    expect(data[0]).toMatchObject({ amount: '212.00', product: { name: 'Desk' } });
    expect((await get(`/opportunities/${data[0].id}/history`)).data).toHaveLength(1);
  });

  test('continue a record without a match field too; the first row must be about a record', async () => {
    const { matchBy: _, ...create } = { ...options, mode: 'create' };
    const done = await run(file(',,Desk,9,', 'A,Office,Desk,2,', ',,Lamp,1,', ',Home,Chair,1,'), create);
    expect(done.counts).toMatchObject({ created: 2, lines: 1, failed: 1 });
    expect(await errorsOf(done.id)).toMatch(/,,Desk,9,,.*no row above/);
    expect((await deals())['A']).toEqual(['2 Desk à 100.00', '1 Lamp à 9.99']);
  });

  test.each([
    ['add', {}, ['2 Desk à 100.00', '1 Lamp à 8.00', '3 Lamp à 9.99', '1 Chair à 50.00'], 'updated'],
    ['replace', { lines: { lines: { mode: 'replace' } } }, ['3 Lamp à 9.99', '1 Chair à 50.00'], 'updated'],
    ['match', byProduct, ['2 Desk à 100.00', '3 Lamp à 8.00', '1 Chair à 50.00'], 'unchanged'],
  ])('of a record that is there: %s', async (_mode, chosen, expected, again) => {
    await run(file('A,Office,Desk,2,', 'A,,Lamp,1,8'), options);
    const changing = file('A,,Lamp,3,', 'A,,Chair,1,');
    const done = await run(changing, { ...options, ...chosen });
    expect(done.counts).toMatchObject({ updated: 1, lines: 1, failed: 0 });
    expect((await deals())['A']).toEqual(expected);
    expect((await run(changing, { ...options, ...chosen })).counts).toMatchObject({ [again]: 1, lines: 1 });
  });

  test('update the line with their ID, and only one of the same record', async () => {
    await run(file('A,Office,Desk,2,', 'A,,Desk,1,8', 'B,Home,Lamp,1,'), options);
    const { data } = await get('/opportunities?fields=externalId,lines&sort=name');
    const [home, office] = data;
    const withIds = { ...options, mapping: { ...MAPPING, line: 'lines.id' } };
    const rows = [
      `A,,,7,,${office.lines[1].id.toUpperCase()}`,
      `A,,Chair,1,,`,
      `B,,,3,,${office.lines[0].id}`,
      `C,,Lamp,3,,no id`,
    ];
    const done = await run(`id,deal,product,qty,price,line\n${rows.join('\n')}\n`, withIds);
    expect(done.counts).toMatchObject({ updated: 1, failed: 2 });
    expect(await deals()).toEqual({
      A: ['2 Desk à 100.00', '7 Desk à 8.00', '1 Chair à 50.00'],
      B: ['1 Lamp à 9.99'],
    });
    const errors = await errorsOf(done.id);
    expect(errors).toMatch(/B,,,3,,.*line: This line doesn't exist any more/);
    expect(errors).toMatch(/C,,Lamp,3,,no id,.*line: The ID of a line must be a UUID/);
    expect(home.externalId).toBe('B');
    // Two desks: which one is meant?
    const unclear = await run(file('A,,Desk,5,'), { ...options, ...byProduct });
    expect(await errorsOf(unclear.id)).toContain(
      '2 of the record\'s ""Product lines"" have this ""Product""',
    );
  });

  test('fail with all rows of their record, which can be corrected and imported again', async () => {
    const done = await run(
      file(
        'A,Office,Desk,2,',
        'B,Home,Lamp,1,',
        'A,,Sofa,1,',
        'A,Other,Lamp,0,',
        'C,Shop,Lamp,0,',
        'C,,Lamp,1,5',
        'D,Plant,Lamp,1,1.2345',
        'D,,Lamp,1,5',
      ),
      options,
    );
    expect(done.counts).toMatchObject({ created: 1, failed: 7, lines: 0 });
    expect(Object.keys(await deals())).toEqual(['B']);
    const lines = (await errorsOf(done.id)).split('\r\n').slice(1);
    expect(lines[0]).toMatch(/^A,Office,Desk,2,,.*Row 4, 5 of the same opportunity failed/);
    expect(lines[1]).toMatch(/^A,,Sofa,1,,.*product: There is no product ""Sofa""/);
    expect(lines[2]).toMatch(/^A,Other,Lamp,0,,.*""Other"".*contradicts ""Office"".*row 2/);
    expect(lines[3]).toMatch(/^C,Shop,Lamp,0,,.*qty: ""Quantity"" must be more than 0/);
    expect(lines[4]).toMatch(/^C,,Lamp,1,5,.*Row 6 of the same opportunity/);
    expect(lines[5]).toMatch(/^D,Plant,Lamp,1,1.2345,.*price: .*2 decimal places/);
    // The first row of A was right: it is imported along with the corrected ones.
    const retry = await call('POST', `/imports/${done.id}/retry`, {
      rows: [
        { row: 4, cells: ['A', '', 'Chair', '1', ''] },
        { row: 5, cells: ['A', 'Office', 'Lamp', '1', ''] },
      ],
    });
    expect(retry.body.rows.map((r: any) => [r.row, r.status])).toEqual([
      [2, 'created'],
      [4, 'created'],
      [5, 'created'],
    ]);
    expect(retry.body.import.counts).toMatchObject({ created: 2, failed: 4, lines: 2 });
    expect((await deals())['A']).toEqual(['2 Desk à 100.00', '1 Chair à 50.00', '1 Lamp à 9.99']);
    const mended = (await errorsOf(done.id)).replace(',0,', ',4,').replace('1.2345', '1.23');
    expect((await run(mended, options)).counts).toMatchObject({ total: 4, created: 2, lines: 2, failed: 0 });
    expect((await deals())['C']).toEqual(['4 Lamp à 9.99', '1 Lamp à 5.00']);
  });

  test('are about one record if its name differs only in what names are compared without', async () => {
    const done = await run(file('A,Big Deal,Desk,2,', 'A,BIG  deal,Lamp,1,'), {
      ...options,
      matchBy: ['name'],
      mapping: { deal: 'name', product: 'lines.product', qty: 'lines.quantity' },
    });
    expect(done.counts).toMatchObject({ created: 1, lines: 1, failed: 0 });
  });

  test('are about one record if its match field is written in another way', async () => {
    const done = await run(
      'deal,close,product\nOffice,2026-01-02,Desk\nOffice,2026-1-2,Lamp\nOffice,2026-01-03,Chair\n',
      {
        ...options,
        matchBy: ['name', 'closeDate'],
        mapping: { deal: 'name', close: 'closeDate', product: 'lines.product' },
        lines: { lines: { mode: 'replace' } },
      },
    );
    expect(done.counts).toMatchObject({ created: 2, lines: 1, failed: 0 });
    const { data } = await get('/opportunities?fields=closeDate,lines&sort=closeDate');
    expect(data.map((deal: any) => deal.lines.length)).toEqual([2, 1]);
  });

  test("that are corrected to be about another record are that one's from then on", async () => {
    const done = await run(file('A,Office,Desk,2,', 'A,,Sofa,1,', 'B,Home,Sofa,1,'), options);
    expect(done.counts).toMatchObject({ failed: 3 });
    const retry = (...rows: { row: number; cells: string[] }[]) =>
      call('POST', `/imports/${done.id}/retry`, { rows });
    const moved = { row: 3, cells: ['B', 'Home', 'Sofa', '1', ''] };
    const failed = await retry(moved, { row: 4, cells: ['B', 'Home', 'Sofa', '1', ''] });
    expect(failed.body.rows.map((r: any) => [r.row, r.status])).toEqual([
      [3, 'failed'],
      [4, 'failed'],
      [2, 'created'],
    ]);
    const { body } = await retry({ row: 4, cells: ['B', 'Home', 'Lamp', '1', ''] });
    expect(body.rows.map((r: any) => [r.row, r.status])).toEqual([
      [3, 'failed'],
      [4, 'failed'],
    ]);
  });

  test('are not corrected where their record has thousands of them', async () => {
    const done = await run(file(...Array.from({ length: 5001 }, () => 'A,,Desk,1,')), options);
    expect(done.counts).toMatchObject({ failed: 5001 });
    const { status, body } = await call('POST', `/imports/${done.id}/retry`, {
      rows: [{ row: 7, cells: ['B', '', 'Desk', '1', ''] }],
    });
    expect([status, body.code]).toEqual([409, 'tooManyRows']);
  });

  test('are previewed, which writes nothing', async () => {
    const content = file('A,Office,Desk,2,', ',,Chair,4,', 'B,Home,Sofa,1,', 'B,,Desk,1,');
    const dry = await preview(content, options);
    expect(dry.counts).toMatchObject({ created: 1, lines: 1, failed: 2 });
    expect(await deals()).toEqual({});
    const accounts = await run('id,account,product\nA,Acme,Sofa\n', {
      ...options,
      mapping: { id: 'externalId', account: 'account', product: 'lines.product' },
      references: { account: { by: 'name', unknown: 'create' } },
    });
    expect((await errorsOf(accounts.id)).match(/no product/g)).toHaveLength(1);
    const created = await run(content, {
      ...options,
      references: { product: { by: 'name', unknown: 'create' } },
    });
    expect(created.counts).toMatchObject({ created: 2, lines: 2, failed: 0, related: 1 });
    expect((await deals())['B']).toEqual(['1 Sofa à null', '1 Desk à 100.00']);
  });

  test('are no more than a record can have, and never split between two batches', async () => {
    const many = Array.from({ length: 501 }, (_, n) => `A,,Desk,${n + 1},`);
    const refused = await run(file(...many), options);
    expect(refused.counts).toMatchObject({ created: 0, failed: 501 });
    expect(await errorsOf(refused.id)).toContain('501 rows for the opportunity that begins in row 2');
    const rows = [
      ...Array.from({ length: 499 }, (_, n) => `S${n},,Lamp,1,`),
      ...many.slice(0, 300),
      'S7,,Chair,1,',
      ...Array.from({ length: 450 }, (_, n) => `T${n},,Lamp,1,`),
      'A,,Chair,1,',
    ];
    const done = await run(file(...rows), options);
    expect(done.counts).toMatchObject({ total: 1251, created: 950, lines: 301, failed: 0 });
    const filter = (id: string) => `filter={"field":"externalId","op":"eq","value":"${id}"}`;
    const [deal] = (await get(`/opportunities?${filter('A')}&fields=lines,name`)).data;
    expect(deal.lines).toHaveLength(301);
    expect(deal.version).toBe(1);
  });

  test('keep the currency of their prices', async () => {
    await call('PUT', '/exchange-rates', {
      rates: [{ currency: 'EUR', date: '2020-01-01', rate: '2' }],
    });
    const done = await run(
      file('A,Office,Desk,2,€ 80', 'A,,Lamp,1,€ 9', 'B,Home,Lamp,1,€ 9', 'B,,Lamp,1,£ 9'),
      options,
    );
    expect(done.counts).toMatchObject({ created: 1, failed: 2 });
    expect(await errorsOf(done.id)).toMatch(/£ 9.*is in GBP, but ""€ 9"" is in EUR/);
    const [deal] = (await get('/opportunities')).data;
    expect(deal).toMatchObject({ currency: 'EUR', amount: '169.00' });
  });

  test.each([
    [{ lines: { parts: { mode: 'add' } } }, '/options/lines/parts', 'noLines'],
    [{ lines: { lines: { mode: 'match' } } }, '/options/lines/lines/matchBy', 'required'],
    [
      { lines: { lines: { mode: 'match', matchBy: 'lines.discount' } } },
      '/options/lines/lines/matchBy',
      'notMapped',
    ],
    [
      { lines: { lines: { mode: 'match', matchBy: 'name' } } },
      '/options/lines/lines/matchBy',
      'invalidMatchKey',
    ],
  ])('are refused with %j', async (chosen, at, code) => {
    const { status, body } = await upload(file('A,,Desk,1,'), { ...options, ...chosen });
    expect(status).toBe(422);
    expect(body.errors.map((e: any) => [e.pointer, e.code])).toEqual([[at, code]]);
  });

  test('are suggested where a column names them', async () => {
    const inspect = async (content: string) =>
      (
        await stage.post('/imports/inspect', [
          ['file', content, 'file.csv'],
          ['options', { object: 'opportunity' }],
        ])
      ).body.columns.map((c: any) => c.suggestedField);
    expect(await inspect('External id,Product lines › Product,Product lines › Quantity\nA,Desk,1\n')).toEqual(
      ['externalId', 'lines.product', 'lines.quantity'],
    );
    expect(await inspect('Deal,Product,Qty,Price\nA,Desk,1,5\n')).toEqual([
      'name',
      'lines.product',
      'lines.quantity',
      'lines.unitPrice',
    ]);
    expect(await inspect('Deal,Product\nA,Desk\n')).toEqual(['name', 'product']);
  });
});
