import { newContext, runInContext } from '@pellucid/platform/context';
import { RecordService, type WriteMode } from '@pellucid/platform/records';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';

let api: TestApi;
let company: TestCompany;
/** IDs of the default pipeline's stages by name. */
let stages: Record<string, string>;
let pipeline: string;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  const list = (await call('GET', '/stages?limit=50')).body.data;
  stages = Object.fromEntries(list.map((s: { name: string; id: string }) => [s.name, s.id]));
  pipeline = list[0].pipeline.id;
});

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  api.call(method, path, { token: company.token, body, ...(headers ? { headers } : {}) });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const deal = (values: Record<string, unknown> = {}) => made('/opportunities', values);
const account = () => made('/accounts', { name: `Account ${crypto.randomUUID()}` });
const product = (values: Record<string, unknown> = {}) =>
  made('/products', { name: `Product ${crypto.randomUUID()}`, ...values });
const history = async (id: string) => (await call('GET', `/opportunities/${id}/stage-history`)).body.data;
const latestVerb = async (id: string) =>
  (await call('GET', `/opportunities/${id}/history`)).body.data[0].verb as string;
const problems = (body: { errors: { pointer: string; code: string }[] }) =>
  Object.fromEntries(body.errors.map((e) => [e.pointer, e.code]));

/** Writes through the engines that don't use HTTP: imports and undo. */
function written(
  mode: WriteMode,
  write: (records: RecordService) => Promise<{ id?: string; status: string }[]>,
) {
  const context = newContext({
    correlationId: 'test',
    tenantId: company.tenantId,
    memberId: company.memberId,
    actor: { kind: 'import', id: null },
    cause: { kind: mode === 'undo' ? 'undo' : 'import', id: null },
  });
  return runInContext(context, () => write(api.app.get(RecordService)));
}

describe('a new deal', () => {
  test('goes to the first open stage of the default pipeline with its probability', async () => {
    const made = await deal();
    expect(made).toMatchObject({
      name: 'Opportunity',
      pipeline: { id: pipeline, name: 'Sales' },
      stage: { id: stages['Prospecting'], name: 'Prospecting' },
      probability: 10,
      forecastCategory: 'Pipeline',
      currency: 'USD',
      closedAt: null,
    });
    expect(await history(made.id)).toMatchObject([
      {
        stage: { name: 'Prospecting', category: 'open' },
        leftAt: null,
        inferred: false,
        actor: { name: 'Ada Admin' },
      },
    ]);
  });

  test('cannot be in a stage of another pipeline', async () => {
    const other = await made('/pipelines', { name: 'Renewals' });
    const answer = await call('POST', '/opportunities', { pipeline: other.id, stage: stages['Engaging'] });
    expect(answer.status).toBe(422);
    expect(problems(answer.body)).toEqual({ '/stage': 'wrongPipeline' });
    const stageless = await call('POST', '/opportunities', { pipeline: other.id });
    expect(problems(stageless.body)).toEqual({ '/pipeline': 'noOpenStage' });
  });
});

describe('stages', () => {
  test('are changed with move, win and reopen, and the history has each change', async () => {
    const { id } = await deal({ amount: '100' });
    const moved = await call('POST', `/opportunities/${id}/move`, { stage: stages['Proposal'] });
    expect(moved.body).toMatchObject({
      stage: { name: 'Proposal' },
      probability: 50,
      forecastCategory: 'Best case',
    });
    expect(await latestVerb(id)).toBe('moved');
    const begun = Date.now();
    const won = await call('POST', `/opportunities/${id}/win`, { reason: 'Best product' });
    expect(won.status).toBe(200);
    expect(won.body).toMatchObject({
      stage: { name: 'Won' },
      probability: 100,
      // On the day of the win: midnight may pass after it.
      closeDate: String(won.body.closedAt).slice(0, 10),
      closeReason: 'Best product',
    });
    expect(Date.parse(won.body.closedAt)).toBeGreaterThanOrEqual(begun);
    expect(Date.parse(won.body.closedAt)).toBeLessThanOrEqual(Date.now());
    expect(await latestVerb(id)).toBe('won');
    const reopened = await call('POST', `/opportunities/${id}/reopen`);
    expect(reopened.body).toMatchObject({
      stage: { name: 'Proposal' },
      probability: 50,
      closedAt: null,
      closeReason: null,
    });
    expect(await latestVerb(id)).toBe('reopened');
    const entries = await history(id);
    expect(entries.map((h: { stage: { name: string } }) => h.stage.name)).toEqual([
      'Prospecting',
      'Proposal',
      'Won',
      'Proposal',
    ]);
    expect(entries.map((h: { leftAt: string | null }) => h.leftAt === null)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    for (const [i, entry] of entries.slice(1).entries()) expect(entry.enteredAt).toBe(entries[i].leftAt);
  });

  test('refuse invalid transitions: 409 for verbs, 422 for a change of the field', async () => {
    const { id } = await deal();
    const verb = async (key: string, body?: unknown) => {
      const answer = await call('POST', `/opportunities/${id}/${key}`, body);
      return [answer.status, answer.body.code];
    };
    expect(await verb('reopen')).toEqual([409, 'notClosed']);
    expect(await verb('move', { stage: stages['Won'] })).toEqual([409, 'useWinOrLose']);
    expect(await verb('lose', {})).toEqual([422, 'validationFailed']);
    expect(await verb('lose', { reason: 'Price' })).toEqual([200, undefined]);
    expect(await verb('lose', { reason: 'Price' })).toEqual([409, 'closedDeal']);
    expect(await verb('win', {})).toEqual([409, 'closedDeal']);
    expect(await verb('move', { stage: stages['Engaging'] })).toEqual([409, 'closedDeal']);
    const patched = await call('PATCH', `/opportunities/${id}`, { stage: stages['Engaging'] });
    expect([patched.status, problems(patched.body)]).toEqual([422, { '/stage': 'closedDeal' }]);
    expect(await verb('reopen', { stage: stages['Won'] })).toEqual([200, undefined]);
  });

  test('changed as a field follow the rules and are recorded as what happened', async () => {
    const { id } = await deal();
    const bare = await call('PATCH', `/opportunities/${id}`, { stage: stages['Lost'] });
    expect(problems(bare.body)).toEqual({ '/closeReason': 'requiredInStage' });
    expect((await call('PATCH', `/opportunities/${id}`, { stage: null })).status).toBe(422);
    const lost = await call('PATCH', `/opportunities/${id}`, {
      stage: stages['Lost'],
      closeReason: 'No budget',
    });
    expect(lost.body).toMatchObject({ probability: 0, stage: { name: 'Lost' } });
    expect(await latestVerb(id)).toBe('lost');
  });

  test('require fields, name each missing one, and save them', async () => {
    const { id: stage } = await made('/stages', {
      name: `Checked ${crypto.randomUUID()}`,
      pipeline,
      requiredFields: ['amount', 'nextStep'],
    });
    const { id } = await deal();
    const refused = await call('POST', `/opportunities/${id}/move`, { stage });
    expect(refused.status).toBe(422);
    expect(problems(refused.body)).toEqual({ '/amount': 'requiredInStage', '/nextStep': 'requiredInStage' });
    await call('PATCH', `/opportunities/${id}`, { amount: '5', nextStep: 'Call' });
    expect((await call('POST', `/opportunities/${id}/move`, { stage })).status).toBe(200);
    const emptied = await call('PATCH', `/opportunities/${id}`, { nextStep: null });
    expect(problems(emptied.body)).toEqual({ '/nextStep': 'requiredInStage' });
  });

  test('are not changed on a stale version', async () => {
    const { id } = await deal();
    await call('PATCH', `/opportunities/${id}`, { nextStep: 'Call' });
    const stale = await call('POST', `/opportunities/${id}/win`, {}, { 'if-match': '"1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'versionStale']);
    expect((await call('POST', `/opportunities/${id}/win`, {}, { 'if-match': '"2"' })).status).toBe(200);
  });

  test('are changed once when ten win at the same time', async () => {
    const { id } = await deal();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call('POST', `/opportunities/${id}/win`, {})),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(await history(id)).toHaveLength(2);
  });

  test('are moved once under one Idempotency-Key', async () => {
    const { id } = await deal();
    const once = () => call('POST', `/opportunities/${id}/win`, {}, { 'idempotency-key': `win-${id}` });
    const [first, again] = [await once(), await once()];
    expect([first.status, again.status, again.body.version]).toEqual([200, 200, first.body.version]);
  });

  test('an undo bypasses the rules', async () => {
    const { id } = await deal();
    await call('POST', `/opportunities/${id}/win`, {});
    const changes = {
      stage: stages['Prospecting'],
      probability: 10,
      forecastCategory: 'Pipeline',
      closedAt: null,
      closeDate: null,
    };
    const [outcome] = await written('undo', (r) =>
      r.update('opportunity', [{ id, changes }], { mode: 'undo', system: true }),
    );
    expect(outcome!.status).toBe('updated');
    expect((await call('GET', `/opportunities/${id}`)).body).toMatchObject({
      stage: { name: 'Prospecting' },
      closedAt: null,
    });
    expect(await history(id)).toHaveLength(3);
  });
});

describe('names', () => {
  test('left empty are composed, and follow account and product until somebody enters a name', async () => {
    const [a, p] = [await account(), await product()];
    const made = await deal({ account: a.id, product: p.id });
    expect(made).toMatchObject({ name: `${a.name} – ${p.name}`, product: { id: p.id, name: p.name } });
    await call('PATCH', `/accounts/${a.id}`, { name: 'Renamed' });
    await call('PATCH', `/products/${p.id}`, { name: `New ${p.name}` });
    const read = async () => (await call('GET', `/opportunities/${made.id}`)).body;
    expect((await read()).name).toBe(`Renamed – New ${p.name}`);
    expect((await call('PATCH', `/opportunities/${made.id}`, { product: null })).body.name).toBe('Renamed');
    await call('PATCH', `/opportunities/${made.id}`, { name: 'Big one' });
    await call('PATCH', `/accounts/${a.id}`, { name: 'Renamed again' });
    expect((await read()).name).toBe('Big one');
    expect((await call('PATCH', `/opportunities/${made.id}`, { name: null })).body.name).toBe(
      'Renamed again',
    );
    expect(
      (await call('GET', `/opportunities?q=renamed again`)).body.data.map((d: { id: string }) => d.id),
    ).toEqual([made.id]);
  });
});

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
    expect(made).toMatchObject({ amount: '1000.50', rate: 1.08, baseAmount: '1080.54' });
    await set('2', '2024-06-01');
    expect((await call('PATCH', `/opportunities/${made.id}`, { amount: '10' })).body).toMatchObject({
      rate: 1.08,
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
        const asked = (path: string) => api.call('GET', path, { token: key });
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
        '/amount': 'wrongType',
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
    const { body } = await call('GET', `/pipelines/${pipeline}/totals?filter=${filter}`);
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

describe('an imported deal', () => {
  const imported = async (values: Record<string, unknown>) => {
    const [outcome] = await written('import', (r) => r.create('opportunity', [values], { mode: 'import' }));
    expect(outcome).toMatchObject({ status: 'created' });
    return (await call('GET', `/opportunities/${outcome!.id}`)).body;
  };

  test('in stage Won has its amount, close date and history', async () => {
    const won = await imported({
      stage: stages['Won'],
      amount: '1054',
      engageDate: '2016-10-20',
      closeDate: '2017-03-01',
    });
    expect(won).toMatchObject({
      amount: '1054.00',
      baseAmount: '1054.00',
      closeDate: '2017-03-01',
      closedAt: '2017-03-01T00:00:00.000Z',
      probability: 100,
      forecastCategory: 'Closed',
    });
    expect(await history(won.id)).toMatchObject([
      {
        stage: { name: 'Prospecting' },
        enteredAt: '2016-10-20T00:00:00.000Z',
        leftAt: '2017-03-01T00:00:00.000Z',
        inferred: true,
      },
      { stage: { name: 'Won' }, enteredAt: '2017-03-01T00:00:00.000Z', leftAt: null, inferred: true },
    ]);
  });

  test('in stage Lost needs no reason, and an open one begins at its engage date', async () => {
    expect(await imported({ stage: stages['Lost'], amount: '0', closeDate: '2017-03-01' })).toMatchObject({
      probability: 0,
      closeReason: null,
    });
    const open = await imported({ stage: stages['Engaging'], engageDate: '2016-11-01' });
    expect(await history(open.id)).toMatchObject([
      { stage: { name: 'Engaging' }, enteredAt: '2016-11-01T00:00:00.000Z', leftAt: null },
    ]);
  });
});
