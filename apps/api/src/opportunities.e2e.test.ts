import { newContext, runInContext } from '@pellucid/platform/context';
import { RecordService, type WriteMode } from '@pellucid/platform/records';
import { describe, expect, test } from 'vitest';
import { dealsStage, problems } from './testing/deals-stage.js';

const sales = dealsStage();
const { account, call, deal, made, product } = sales;

const history = async (id: string) => (await call('GET', `/opportunities/${id}/stage-history`)).body.data;
const latestVerb = async (id: string) =>
  (await call('GET', `/opportunities/${id}/history`)).body.data[0].verb as string;

/** Writes through the engines that don't use HTTP: imports and undo. */
function written(
  mode: WriteMode,
  write: (records: RecordService) => Promise<{ id?: string; status: string }[]>,
) {
  const context = newContext({
    correlationId: 'test',
    tenantId: sales.company.tenantId,
    memberId: sales.company.memberId,
    actor: { kind: 'import', id: null },
    cause: { kind: mode === 'undo' ? 'undo' : 'import', id: null },
  });
  return runInContext(context, () => write(sales.api.app.get(RecordService)));
}

describe('a new deal', () => {
  test('goes to the first open stage of the default pipeline with its probability', async () => {
    const made = await deal();
    expect(made).toMatchObject({
      name: 'Opportunity',
      pipeline: { id: sales.pipeline, name: 'Sales' },
      stage: { id: sales.stages['Prospecting'], name: 'Prospecting' },
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
    const answer = await call('POST', '/opportunities', {
      pipeline: other.id,
      stage: sales.stages['Engaging'],
    });
    expect(answer.status).toBe(422);
    expect(problems(answer.body)).toEqual({ '/stage': 'wrongPipeline' });
    const stageless = await call('POST', '/opportunities', { pipeline: other.id });
    expect(problems(stageless.body)).toEqual({ '/pipeline': 'noOpenStage' });
  });
});

describe('stages', () => {
  test('are changed with move, win and reopen, and the history has each change', async () => {
    const { id } = await deal({ amount: '100' });
    const moved = await call('POST', `/opportunities/${id}/move`, { stage: sales.stages['Proposal'] });
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
    expect(await verb('move', { stage: sales.stages['Won'] })).toEqual([409, 'useWinOrLose']);
    expect(await verb('lose', {})).toEqual([422, 'validationFailed']);
    expect(await verb('lose', { reason: 'Price' })).toEqual([200, undefined]);
    expect(await verb('lose', { reason: 'Price' })).toEqual([409, 'closedDeal']);
    expect(await verb('win', {})).toEqual([409, 'closedDeal']);
    expect(await verb('move', { stage: sales.stages['Engaging'] })).toEqual([409, 'closedDeal']);
    const patched = await call('PATCH', `/opportunities/${id}`, { stage: sales.stages['Engaging'] });
    expect([patched.status, problems(patched.body)]).toEqual([422, { '/stage': 'closedDeal' }]);
    expect(await verb('reopen', { stage: sales.stages['Won'] })).toEqual([200, undefined]);
  });

  test('changed as a field follow the rules and are recorded as what happened', async () => {
    const { id } = await deal();
    const bare = await call('PATCH', `/opportunities/${id}`, { stage: sales.stages['Lost'] });
    expect(problems(bare.body)).toEqual({ '/closeReason': 'requiredInStage' });
    expect((await call('PATCH', `/opportunities/${id}`, { stage: null })).status).toBe(422);
    const lost = await call('PATCH', `/opportunities/${id}`, {
      stage: sales.stages['Lost'],
      closeReason: 'No budget',
    });
    expect(lost.body).toMatchObject({ probability: 0, stage: { name: 'Lost' } });
    expect(await latestVerb(id)).toBe('lost');
  });

  test('require fields, name each missing one, and save them', async () => {
    const { id: stage } = await made('/stages', {
      name: `Checked ${crypto.randomUUID()}`,
      pipeline: sales.pipeline,
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
      stage: sales.stages['Prospecting'],
      probability: 10,
      forecastCategory: 'Pipeline',
      closedAt: null,
      closeDate: null,
    };
    const [outcome] = await written('undo', (r) =>
      r.update('opportunity', [{ id, changes }], { mode: 'undo', asks: 'product', opensReadOnly: true }),
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

describe('an imported deal', () => {
  const imported = async (values: Record<string, unknown>) => {
    const [outcome] = await written('import', (r) => r.create('opportunity', [values], { mode: 'import' }));
    expect(outcome).toMatchObject({ status: 'created' });
    return (await call('GET', `/opportunities/${outcome!.id}`)).body;
  };

  test('in stage Won has its amount, close date and history', async () => {
    const won = await imported({
      stage: sales.stages['Won'],
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
    expect(
      await imported({ stage: sales.stages['Lost'], amount: '0', closeDate: '2017-03-01' }),
    ).toMatchObject({
      probability: 0,
      closeReason: null,
    });
    const open = await imported({ stage: sales.stages['Engaging'], engageDate: '2016-11-01' });
    expect(await history(open.id)).toMatchObject([
      { stage: { name: 'Engaging' }, enteredAt: '2016-11-01T00:00:00.000Z', leftAt: null },
    ]);
  });
});
