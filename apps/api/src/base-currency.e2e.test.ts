import { BaseCurrencyRepository, RecalculateHandler } from '@pellucid/modules/opportunities/testing';
import { AccessDirectory } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { PlatformPool, TenantPool, TransactionWatch, UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobBatches } from '@pellucid/platform/jobs';
import { createLogger } from '@pellucid/platform/observability';
import { RecordService } from '@pellucid/platform/records';
import { beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { uninterruptedRun } from './testing/uninterrupted-run.js';
import { multipart } from './testing/seeded-world.js';

let api: TestApi;
let company: TestCompany;
const deals: Record<string, string> = {};
let account: string;
let pipeline: string;

const call = (method: string, path: string, body?: unknown, token = company.token) =>
  api.call(method, path, { token, body });
const made = async (path: string, body: unknown) => {
  const answer = await call('POST', path, body);
  expect([answer.status, answer.body.errors ?? answer.body.detail]).toEqual([201, undefined]);
  return answer.body;
};
const rates = async (...given: [currency: string, date: string, rate: string][]) =>
  call('PUT', '/exchange-rates', {
    rates: given.map(([currency, date, rate]) => ({ currency, date, rate })),
  });
const deal = async (key: string) => {
  const { amount, currency, rate, rateDate, baseAmount, baseCurrency } = (
    await call('GET', `/opportunities/${deals[key]}`)
  ).body;
  return [amount, currency, rate, rateDate, baseAmount, baseCurrency];
};
const state = async () => (await call('GET', '/settings/base-currency')).body;
const change = (to: string, confirmed: unknown = true) =>
  call('POST', '/settings/base-currency', { baseCurrency: to, confirmed });
/** The sum of all accounts' revenue, with its currency. */
const revenue = async () => {
  const measures = [{ fn: 'sum', field: 'annualRevenue' }];
  const { body } = await call('POST', '/accounts/aggregate', { measures });
  return [...body.totals, body.currency];
};
const total = async () => (await call('GET', `/pipelines/${pipeline}/totals`)).body.total.amount;

/** Does for the company what the worker's job does. */
async function recalculate(repository?: BaseCurrencyRepository): Promise<void> {
  const { app } = api;
  const handler = new RecalculateHandler(
    repository ?? app.get(BaseCurrencyRepository, { strict: false }),
    app.get(RecordService),
    new JobBatches(app.get(UnitOfWorkFactory)),
    app.get(TransactionWatch),
    app.get(AccessDirectory),
    createLogger({ level: 'silent' }),
  );
  const run = uninterruptedRun(company.tenantId);
  const context = newContext({ tenantId: company.tenantId, correlationId: 'recalculate' });
  await runInContext(context, () => handler.handle({}, run));
}

/** Whether lists say that they compare two currencies: those that are sorted or filtered by amounts. */
async function recalculating(): Promise<boolean[]> {
  const filter = (field: string) => `filter=${JSON.stringify({ field, op: 'gt', value: '1' })}`;
  const lists = [
    '/opportunities?sort=-amount',
    `/opportunities?${filter('baseAmount')}`,
    `/opportunities?${filter('account.annualRevenue')}`,
    '/accounts?sort=annualRevenue',
    '/opportunities?sort=name',
    '/contacts?limit=1',
  ];
  const answers = await Promise.all(lists.map((path) => call('GET', path)));
  return answers.map(({ status, body }) => {
    expect(status).toBe(200);
    return body.meta?.recalculating?.from === 'USD';
  });
}

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  expect((await call('GET', '/settings')).body.baseCurrency).toBe('USD');
  await rates(['GBP', '2025-01-01', '1.5'], ['EUR', '2026-01-01', '1.25']);
  const on = (name: string, values: object) =>
    made('/opportunities', { name, closeDate: '2026-02-01', ...values }).then(({ id }) => {
      deals[name] = id;
    });
  await on('dollars', { amount: '1000', currency: 'USD' });
  await on('euros', { amount: '800', currency: 'EUR' });
  await on('pounds', { amount: '100', currency: 'GBP' });
  await on('agreed', { amount: '100', currency: 'GBP', rate: 2 });
  await on('nothing', {});
  await on('deleted', { amount: '500', currency: 'USD' });
  await call('DELETE', `/opportunities/${deals['deleted']}`);
  account = (await made('/accounts', { name: 'Revenue', annualRevenue: '5000' })).id;
  pipeline = (await call('GET', '/pipelines')).body.data[0].id;
});

test('a change is previewed, and refused while a rate is missing', async () => {
  const condition = { field: 'amount', op: 'lt', value: '50000' };
  await made('/roles', {
    name: 'Small deals',
    permissions: [{ object: 'opportunity', action: 'read', scope: 'all', condition }],
  });
  const preview = await call('GET', '/settings/base-currency/preview?to=EUR');
  expect([preview.status, preview.body]).toEqual([
    200,
    {
      from: 'USD',
      to: 'EUR',
      opportunities: 5,
      accounts: 1,
      exchangeRates: 2,
      missingRates: [{ currency: 'EUR', date: '2025-01-01' }],
      roles: ['Small deals'],
    },
  ]);
  const refused = await change('EUR');
  expect([refused.status, refused.body.errors]).toMatchObject([
    422,
    [
      {
        pointer: '/baseCurrency',
        code: 'rateMissing',
        params: { currency: 'EUR', baseCurrency: 'USD', date: '2025-01-01' },
      },
    ],
  ]);
  const unconfirmed = await change('EUR', false);
  expect([unconfirmed.status, unconfirmed.body.errors[0].pointer]).toEqual([422, '/confirmed']);
  const patched = await call('PATCH', '/settings', { baseCurrency: 'EUR' });
  expect([patched.status, patched.body.errors[0].code]).toEqual([422, 'baseCurrencyInUse']);
  expect(await state()).toEqual({ baseCurrency: 'USD', change: null });
  expect(await deal('dollars')).toEqual(['1000.00', 'USD', '1', null, '1000.00', 'USD']);
});

test('users who can’t view every amount can neither preview nor change it', async () => {
  const permissions = ['opportunity', 'account'].map((object) => ({ object, action: 'read', scope: 'all' }));
  const key = async (fields: object[], given = permissions) => {
    const role = await made('/roles', {
      name: `Role ${crypto.randomUUID()}`,
      permissions: given,
      system: ['manageSettings'],
      fields,
    });
    return (await made('/api-keys', { name: 'Clerk', roleId: role.id })).key as string;
  };
  const preview = async (token: string) =>
    (await call('GET', '/settings/base-currency/preview?to=EUR', undefined, token)).status;
  expect(await preview(await key([]))).toBe(200);
  const masked = await key([{ object: 'opportunity', field: 'amount', access: 'mask' }]);
  const own = await key(
    [],
    permissions.map((permission) => ({ ...permission, scope: 'own' })),
  );
  for (const token of [masked, own]) {
    expect(await preview(token)).toBe(403);
    const answer = await call(
      'POST',
      '/settings/base-currency',
      { baseCurrency: 'EUR', confirmed: true },
      token,
    );
    expect([answer.status, answer.body.code]).toEqual([403, 'amountsWithheld']);
  }
});

test('the change waits for a running import, whose amounts would otherwise get another currency', async () => {
  await rates(['EUR', '2025-01-01', '1.25']);
  const form = multipart(
    { options: JSON.stringify({ object: 'account', mode: 'create', mapping: { name: 'name' } }) },
    'file.csv',
    'name,revenue\nImported,100\n',
  );
  const started = await api.call('POST', '/imports', { token: company.token, ...form });
  expect(started.status).toBe(202);
  const refused = await change('EUR');
  expect([refused.status, refused.body.code]).toEqual([409, 'massWorkRunning']);
  expect((await state()).baseCurrency).toBe('USD');
  expect((await call('POST', `/imports/${started.body.id}/cancel`)).status).toBe(200);
  // No worker runs here to finish the import's job.
  const context = newContext({ tenantId: company.tenantId, correlationId: 'import' });
  await runInContext(context, () =>
    api.app
      .get(TenantPool)
      .query(`update job set state = 'cancelled', finished_at = now() where name = 'imports.run'`),
  );
});

test('after the change, records say which base currency their amounts are in until the job reaches them', async () => {
  expect(await total()).toBe('2350.00');
  const answer = await change('EUR');
  expect([answer.status, answer.body]).toMatchObject([
    202,
    { baseCurrency: 'EUR', change: { from: 'USD', to: 'EUR', state: 'running', total: 6, done: 0 } },
  ]);
  expect((await change('GBP')).body.code).toBe('recalculationRunning');
  expect((await call('PATCH', '/settings', { baseCurrency: 'GBP' })).status).toBe(422);
  const turned = (await call('GET', '/exchange-rates')).body;
  expect(turned.baseCurrency).toBe('EUR');
  expect(turned.data.filter((r: { date: string }) => r.date === '2026-01-01')).toEqual([
    { currency: 'GBP', date: '2026-01-01', rate: '1.2' },
    { currency: 'USD', date: '2026-01-01', rate: '0.8' },
  ]);
  // No amount is shown in a wrong currency, and sums are in one currency.
  expect(await deal('dollars')).toEqual(['1000.00', 'USD', '1', null, '1000.00', 'USD']);
  expect(await recalculating()).toEqual([true, true, true, true, false, false]);
  expect(await total()).toBe('1880.00');
  expect(await revenue()).toEqual(['4000.00', 'EUR']);
});

test('a killed job leaves no batch half done and marks no company as done; writes meanwhile are right', async () => {
  class Killed extends BaseCurrencyRepository {
    override async advance(...given: Parameters<BaseCurrencyRepository['advance']>): Promise<void> {
      await super.advance(...given);
      throw new Error('killed');
    }
  }
  const killed = new Killed(api.app.get(TenantPool), api.app.get(PlatformPool));
  await expect(recalculate(killed)).rejects.toThrow('killed');
  expect((await state()).change).toMatchObject({ state: 'running', done: 0 });
  expect(await deal('pounds')).toEqual(['100.00', 'GBP', '1.5', '2026-02-01', '150.00', 'USD']);

  // A record written meanwhile is recalculated with the write. A new one is in the new base currency.
  await call('PATCH', `/opportunities/${deals['pounds']}`, { nextStep: 'Call' });
  expect(await deal('pounds')).toEqual(['100.00', 'GBP', '1.2', '2026-02-01', '120.00', 'EUR']);
  await call('PATCH', `/opportunities/${deals['dollars']}`, { amount: '2000' });
  expect(await deal('dollars')).toEqual(['2000.00', 'USD', '0.8', '2026-02-01', '1600.00', 'EUR']);
  deals['new'] = (await made('/opportunities', { name: 'new', amount: '70' })).id;
  expect((await deal('new')).slice(0, 3)).toEqual(['70.00', 'EUR', '1']);
  const other = (await made('/accounts', { name: 'Told', annualRevenue: '900' })).id;

  await recalculate();
  expect(await recalculating()).toEqual([false, false, false, false, false, false]);
  expect(await state()).toMatchObject({
    baseCurrency: 'EUR',
    change: { state: 'done', total: 6, done: 6, finishedAt: expect.any(String) },
  });
  expect(await deal('dollars')).toEqual(['2000.00', 'USD', '0.8', '2026-02-01', '1600.00', 'EUR']);
  expect(await deal('euros')).toEqual(['800.00', 'EUR', '1', null, '800.00', 'EUR']);
  expect(await deal('pounds')).toEqual(['100.00', 'GBP', '1.2', '2026-02-01', '120.00', 'EUR']);
  expect(await deal('agreed')).toEqual(['100.00', 'GBP', '1.6', expect.any(String), '160.00', 'EUR']);
  expect(await deal('nothing')).toEqual([null, expect.any(String), null, null, null, null]);
  expect((await call('GET', `/accounts/${account}`)).body.annualRevenue).toBe('4000.00');
  expect((await call('GET', `/accounts/${other}`)).body.annualRevenue).toBe('900.00');
  expect(await total()).toBe('2750.00');
});

test('deleted records are recalculated too, and the history says which currency each amount was in', async () => {
  await call('POST', `/opportunities/${deals['deleted']}/restore`);
  expect(await deal('deleted')).toEqual(['500.00', 'USD', '0.8', '2026-02-01', '400.00', 'EUR']);
  const [entry] = (await call('GET', `/opportunities/${deals['euros']}/history`)).body.data;
  expect(entry).toMatchObject({
    verb: 'recalculated',
    actor: { kind: 'system' },
    changes: {
      baseAmount: { before: '1000.00', after: '800.00' },
      baseCurrency: { before: 'USD', after: 'EUR' },
    },
  });
});

test('a rate that went missing meanwhile leaves the deal as it was, and the change unfinished', async () => {
  expect((await rates(['JPY', '2025-06-01', '0.005'])).status).toBe(200);
  const early = await made('/opportunities', { name: 'early', amount: '10', closeDate: '2026-02-01' });
  deals['early'] = early.id;
  expect((await change('USD')).status).toBe(202);
  const admin = api.app.get(TenantPool);
  const context = newContext({ tenantId: company.tenantId, correlationId: 'rates' });
  const held = await runInContext(
    context,
    async () =>
      (await admin.query(`delete from exchange_rate where currency = 'EUR' returning date::text, rate::text`))
        .rows,
  );
  await expect(recalculate()).rejects.toThrow('exchange rate is missing');
  expect((await state()).change.state).toBe('running');
  expect((await deal('early')).slice(4)).toEqual(['10.00', 'EUR']);
  // A user's own change to the deal works as usual.
  expect((await call('PATCH', `/opportunities/${deals['early']}`, { amount: '20' })).status).toBe(200);
  expect((await deal('early')).slice(4)).toEqual(['20.00', 'EUR']);
  await rates(...held.map((r: any): [string, string, string] => ['EUR', r.date, r.rate]));
  await recalculate();
  expect((await deal('early')).slice(4)).toEqual(['25.00', 'USD']);
  expect((await state()).change.state).toBe('done');
});
