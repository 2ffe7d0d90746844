import { describe, expect, test } from 'vitest';
import { dealsStage, problems } from './testing/deals-stage.js';

const sales = dealsStage();
const { account, call, deal, product } = sales;

describe('amounts', () => {
  test('in a foreign currency need a rate, which they keep', async () => {
    const refused = await call('POST', '/opportunities', { amount: '1000', currency: 'EUR' });
    expect([refused.status, problems(refused.body)]).toEqual([422, { '/rate': 'rateMissing' }]);
    const set = (rate: string, date: string) =>
      call('PUT', '/exchange-rates', { rates: [{ currency: 'EUR', date, rate }] });
    expect((await set('1.08', '2024-01-01')).body).toMatchObject({
      baseCurrency: 'USD',
      data: [{ currency: 'EUR', rate: '1.08' }],
    });
    const made = await deal({ amount: '1000.5', currency: 'EUR' });
    expect(made).toMatchObject({ amount: '1000.50', rate: '1.08', baseAmount: '1080.54' });
    await set('2', '2024-06-01');
    expect((await call('PATCH', `/opportunities/${made.id}`, { amount: '10' })).body).toMatchObject({
      rate: '1.08',
      baseAmount: '10.80',
    });
    expect((await deal({ amount: '10', currency: 'EUR', closeDate: '2024-02-01' })).baseAmount).toBe('10.80');
    expect((await deal({ amount: '10', currency: 'EUR', rate: 1.5 })).baseAmount).toBe('15.00');
    expect((await deal({ amount: '10.1' })).baseAmount).toBe('10.10');
    const yen = await call('POST', '/opportunities', { amount: '10.5', currency: 'JPY', rate: 0.007 });
    expect(problems(yen.body)).toEqual({ '/amount': 'tooPrecise' });
    const own = await call('PUT', '/exchange-rates', {
      rates: [{ currency: 'USD', date: '2024-01-01', rate: '2' }],
    });
    expect(problems(own.body)).toEqual({ '/rates/0/currency': 'isBaseCurrency' });
  });

  test('rates are given as text or number, and errors say what to mend', async () => {
    const set = async (rate: unknown) =>
      (await call('PUT', '/exchange-rates', { rates: [{ currency: 'DKK', date: '2024-01-01', rate }] })).body;
    for (const rate of [0.1451, '0.14510', '+0.1451'])
      expect((await set(rate)).data.find((r: any) => r.currency === 'DKK').rate).toBe('0.1451');
    for (const [rate, code] of Object.entries({
      0: 'tooSmall',
      '1,5': 'notANumber',
      '1e3': 'notANumber',
      '0.12345678901': 'tooPrecise',
      900001: 'aboveMaximum',
    }))
      expect(problems(await set(rate))).toEqual({ '/rates/0/rate': code });
    expect(problems(await set(0.1 + 0.2))).toEqual({ '/rates/0/rate': 'inexactNumber' });
  });

  test('without a rate are refused only where the currency is seen', async () => {
    const foreign = await deal({ currency: 'NOK' });
    const permissions = ['read', 'update'].flatMap((action) =>
      ['opportunity', 'pipeline', 'stage'].map((object) => ({ object, action, scope: 'all' })),
    );
    const role = await call('POST', '/roles', {
      name: `Role ${crypto.randomUUID()}`,
      permissions,
      fields: [{ object: 'opportunity', field: 'currency', access: 'hidden' }],
    });
    const { key } = (await call('POST', '/api-keys', { name: 'Blind', roleId: role.body.id })).body;
    const set = (token: string, amount: string) =>
      sales.api.call('PATCH', `/opportunities/${foreign.id}`, { token, body: { amount } });
    expect(problems((await set(sales.company.token, '5')).body)).toEqual({ '/rate': 'rateMissing' });
    expect((await set(key, '5')).status).toBe(200);
    expect((await call('GET', `/opportunities/${foreign.id}`)).body).toMatchObject({
      amount: '5.00',
      rate: null,
      baseAmount: null,
    });
    const rated = await call('PATCH', `/opportunities/${foreign.id}`, { rate: '0.1' });
    expect(rated.body).toMatchObject({ baseAmount: '0.50', baseCurrency: 'USD' });
  });

  test('are sorted, filtered and paged by their value in the base currency, not by their digits', async () => {
    const tag = crypto.randomUUID();
    const worth = (name: string, amount: string, currency: string, rate?: number) =>
      deal({ name: `${name} ${tag}`, amount, currency, ...(rate ? { rate } : {}) });
    await worth('yen', '90000', 'JPY', 0.0065);
    await worth('dinar', '400', 'KWD', 3.25);
    await worth('dollar', '1000', 'USD');
    await deal({ name: `none ${tag}` });
    const names = async (query: string) =>
      (await call('GET', `/opportunities?q=${tag}&fields=name,amount&${query}`)).body.data.map(
        (d: { name: string }) => d.name.split(' ')[0],
      );
    expect(await names('sort=amount')).toEqual(['yen', 'dollar', 'dinar', 'none']);
    expect(await names('sort=-amount')).toEqual(['dinar', 'dollar', 'yen', 'none']);
    const above = JSON.stringify({ field: 'amount', op: 'gte', value: '1000' });
    expect(await names(`sort=amount&filter=${encodeURIComponent(above)}`)).toEqual(['dollar', 'dinar']);
    const first = (await call('GET', `/opportunities?q=${tag}&sort=-amount&limit=1`)).body;
    const cursor = encodeURIComponent(first.page.nextCursor);
    const second = (await call('GET', `/opportunities?q=${tag}&sort=-amount&limit=1&cursor=${cursor}`)).body;
    expect([first, second].map((page) => page.data[0].name.split(' ')[0])).toEqual(['dinar', 'dollar']);
    const described = (await call('GET', '/objects/opportunity')).body.fields;
    expect(described.find((f: { key: string }) => f.key === 'amount').comparedBy).toBe('baseAmount');
  });

  test('are neither sorted, filtered nor summed for users who can’t view the rate or the currency', async () => {
    const tag = crypto.randomUUID();
    // Sorted by digits the order differs from the order by value.
    const more = await deal({ name: `a ${tag}`, amount: '10', currency: 'GBP', rate: 9 });
    const less = await deal({ name: `b ${tag}`, amount: '20', currency: 'GBP', rate: 2 });
    for (const field of ['rate', 'currency', 'baseAmount'])
      for (const access of ['hidden', 'mask']) {
        const permissions = ['opportunity', 'pipeline', 'stage'].map((object) => ({
          object,
          action: 'read',
          scope: 'all',
        }));
        const role = (
          await call('POST', '/roles', {
            name: `Role ${crypto.randomUUID()}`,
            permissions,
            fields: [{ object: 'opportunity', field, access }],
          })
        ).body;
        const { key } = (await call('POST', '/api-keys', { name: 'Blind', roleId: role.id })).body;
        const asked = (path: string) => sales.api.call('GET', path, { token: key });
        const filter = encodeURIComponent(JSON.stringify({ field: 'amount', op: 'gt', value: '50' }));
        for (const query of ['sort=amount', 'sort=-amount', `filter=${filter}`, 'sort=baseAmount']) {
          const { status, body } = await asked(`/opportunities?q=${tag}&${query}`);
          expect([field, access, query, status, body.errors?.[0].code]).toEqual([
            field,
            access,
            query,
            422,
            'fieldNotInClear',
          ]);
        }
        const list = (await asked(`/opportunities?q=${tag}&sort=name`)).body.data;
        expect(list.map(({ id }: { id: string }) => id)).toEqual([more.id, less.id]);
        const totals = (await asked(`/pipelines/${more.pipeline.id}/totals`)).body;
        expect(totals.total.amount).toBeUndefined();
        if (field !== 'rate' || access !== 'hidden') continue;
        // Changing the rate changes none of the values they get.
        await call('PATCH', `/opportunities/${less.id}`, { rate: 9 });
        const after = (await asked(`/opportunities?q=${tag}&sort=name`)).body.data;
        const told = ({ version, updatedAt, ...rest }: Record<string, unknown>) => rest;
        expect(after.map(told)).toEqual(list.map(told));
        await call('PATCH', `/opportunities/${less.id}`, { rate: 2 });
      }
  });

  test('are refused in local notation', async () => {
    for (const amount of ['1,500', '1.500,00', '$5'])
      expect(problems((await call('POST', '/opportunities', { amount })).body)).toEqual({
        '/amount': 'notANumber',
      });
    const { body } = await call('POST', '/opportunities', { amount: '1,500' });
    expect(body.errors[0].message).toContain('no thousands separators');
  });

  test('prevent changing the base currency directly', async () => {
    await deal({ amount: '1' });
    const answer = await call('PATCH', '/settings', { baseCurrency: 'EUR' });
    expect([answer.status, problems(answer.body)]).toEqual([422, { '/baseCurrency': 'baseCurrencyInUse' }]);
  });

  test('follow the lines until somebody enters another amount', async () => {
    const [p, q] = [await product({ price: '100' }), await product({ price: '9.99' })];
    const { id } = await deal();
    const put = (lines: unknown[]) => call('PUT', `/opportunities/${id}/lines`, { lines });
    const answer = await put([
      { product: p.id, quantity: '3', discount: '10' },
      { product: q.id, unitPrice: '5' },
    ]);
    expect(answer.body).toMatchObject({
      total: '275.00',
      currency: 'USD',
      data: [
        { product: { id: p.id }, quantity: '3', unitPrice: '100.00', discount: '10', amount: '270.00' },
        { product: { id: q.id }, quantity: '1', unitPrice: '5.00', amount: '5.00' },
      ],
    });
    const read = async () => (await call('GET', `/opportunities/${id}`)).body;
    expect(await read()).toMatchObject({ amount: '275.00', product: { id: p.id }, name: p.name });
    await put([{ product: q.id }]);
    expect(await read()).toMatchObject({ amount: '9.99', product: { id: q.id } });
    await call('PATCH', `/opportunities/${id}`, { amount: '7' });
    await put([{ product: p.id }]);
    expect((await read()).amount).toBe('7.00');
    const wrong = await put([{ product: p.id, quantity: '0', unitPrice: '1.001' }]);
    expect(wrong.status).toBe(422);
    const gone = await call('DELETE', `/products/${p.id}`);
    expect([gone.status, gone.body.referrers[0].object]).toEqual([409, 'opportunity']);
  });

  test('add up per stage, for deals that match the filter', async () => {
    const a = await account();
    await deal({ account: a.id, amount: '0.1' });
    await deal({ account: a.id, amount: '0.2' });
    const won = await deal({ account: a.id, amount: '5' });
    await call('POST', `/opportunities/${won.id}/win`, {});
    const filter = encodeURIComponent(JSON.stringify({ field: 'account', op: 'eq', value: a.id }));
    const { body } = await call('GET', `/pipelines/${sales.pipeline}/totals?filter=${filter}`);
    const of = (name: string) => body.data.find((d: { stage: { name: string } }) => d.stage.name === name);
    expect(of('Prospecting')).toMatchObject({
      count: 2,
      amount: '0.30',
      currency: 'USD',
      stage: { category: 'open' },
    });
    expect(of('Won')).toMatchObject({ count: 1, amount: '5.00' });
    expect(of('Lost')).toMatchObject({ count: 0, amount: '0.00' });
    expect(body.total).toEqual({ count: 3, amount: '5.30', currency: 'USD' });
    expect((await call('GET', `/pipelines/${crypto.randomUUID()}/totals`)).status).toBe(404);
  });
});
