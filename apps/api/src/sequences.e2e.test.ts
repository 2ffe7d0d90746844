import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

type Body = Record<string, any>;

let api: TestApi;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
});
afterAll(() => people.end());

const call = (method: string, path: string, body?: unknown, token = company.token) =>
  api.call(method, path, { token, body });
async function done(method: string, path: string, body?: unknown, token = company.token) {
  const answer = await call(method, path, body, token);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer;
}
const made = async (path: string, body: unknown): Promise<Body> => (await done('POST', path, body)).body;
const got = async (path: string): Promise<Body> => (await done('GET', path)).body;
const undo = ({ headers }: { headers: Record<string, unknown> }) =>
  done('POST', '/undo', { correlationId: String(headers['x-correlation-id']) });

const STEPS = [
  { kind: 'Task', name: 'Send the summary', priority: 'High' },
  { kind: 'Call', name: 'Ask what they think', wait: 3, waitUnit: 'Working days', time: '10:00' },
  { kind: 'Meeting', name: 'Show the product', assignee: 'Who started it' },
];
const sequenceOf = (values: Body = {}) =>
  made('/sequences', { name: `After a call ${crypto.randomUUID()}`, steps: STEPS, ...values });
const accountOf = (values: Body = {}) =>
  made('/accounts', { name: `Sequel ${crypto.randomUUID()}`, ...values });
const runOf = (sequence: Body, object: string, record: Body) =>
  made('/sequence-runs', { sequence: sequence['id'], about: [{ object, id: record['id'] }] });

/** Activities that a run created, as subject, step and status. */
async function stepsOf(run: Body): Promise<Body[]> {
  const filter = encodeURIComponent(JSON.stringify({ field: 'sequenceRun', op: 'eq', value: run['id'] }));
  const pages = await Promise.all(
    ['tasks', 'calls', 'meetings'].map(async (path) =>
      (await got(`/${path}?filter=${filter}`))['data'].map((each: Body) => ({ ...each, path })),
    ),
  );
  return pages.flat().sort((a, b) => String(a['sequenceStep']).localeCompare(b['sequenceStep']));
}
const told = (steps: Body[]) =>
  steps.map((each) => `${each['sequenceStep']} ${each['name']}: ${each['status']}`);
const complete = (step: Body, token?: string) =>
  call('POST', `/${step['path']}/${step['id']}/complete`, {}, token);

test('each step is created when the one before is completed, and the last one finishes the run', async () => {
  const sequence = await sequenceOf();
  const account = await accountOf();
  const run = await runOf(sequence, 'account', account);
  expect(run).toMatchObject({ name: sequence['name'], state: 'Active', step: '1/3' });
  const [first] = await stepsOf(run);
  expect(first).toMatchObject({
    name: 'Send the summary',
    priority: 'High',
    about: [{ object: 'account', id: account['id'] }],
    owner: { id: company.memberId },
    sequenceRun: { id: run['id'], name: sequence['name'] },
    sequenceStep: '1/3',
  });
  // A run keeps its steps: this concerns only the next one.
  await done('PATCH', `/sequences/${sequence['id']}`, { steps: STEPS.slice(0, 1) });

  const completed = await complete(first!);
  const [, second] = await stepsOf(run);
  expect(second).toMatchObject({ name: 'Ask what they think', status: 'Planned', sequenceStep: '2/3' });
  expect(second!['startsAt']).toMatch(/T\d\d:00:00/);
  expect(await got(`/sequence-runs/${run['id']}`)).toMatchObject({ state: 'Active', step: '2/3' });

  await undo(completed);
  expect(told(await stepsOf(run))).toEqual(['1/3 Send the summary: Open']);
  expect(await got(`/sequence-runs/${run['id']}`)).toMatchObject({ state: 'Active', step: '1/3' });

  for (const place of [0, 1, 2]) await complete((await stepsOf(run))[place]!);
  expect(told(await stepsOf(run))).toEqual([
    '1/3 Send the summary: Done',
    '2/3 Ask what they think: Done',
    '3/3 Show the product: Done',
  ]);
  expect(await got(`/sequence-runs/${run['id']}`)).toMatchObject({ state: 'Finished', step: '3/3' });
});

test('two people who complete a step at once, or one who completes it again, create one next step', async () => {
  const run = await runOf(await sequenceOf(), 'account', await accountOf());
  const [first] = await stepsOf(run);
  const answers = await Promise.all([complete(first!), complete(first!), complete(first!)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  await done('POST', `/tasks/${first!['id']}/reopen`);
  await complete(first!);
  expect(told(await stepsOf(run))).toEqual([
    '1/3 Send the summary: Done',
    '2/3 Ask what they think: Planned',
  ]);
});

test('stopping cancels the open step, and cancelling or deleting the open step stops', async () => {
  const sequence = await sequenceOf();
  const [byHand, cancelled, deleted] = await Promise.all(
    [0, 1, 2].map(async () => runOf(sequence, 'account', await accountOf())),
  );
  const stop = await done('PATCH', `/sequence-runs/${byHand!['id']}`, { state: 'Stopped' });
  expect(stop.body).toMatchObject({ state: 'Stopped', stopReason: 'By hand' });
  expect(told(await stepsOf(byHand!))).toEqual(['1/3 Send the summary: Cancelled']);
  const resumed = await call('PATCH', `/sequence-runs/${byHand!['id']}`, { state: 'Active' });
  expect(resumed.body.errors[0]).toMatchObject({ pointer: '/state', code: 'onlyStops' });
  await undo(stop);
  expect(told(await stepsOf(byHand!))).toEqual(['1/3 Send the summary: Open']);
  expect(await got(`/sequence-runs/${byHand!['id']}`)).toMatchObject({ state: 'Active', stopReason: null });

  await done('PATCH', `/tasks/${(await stepsOf(cancelled!))[0]!['id']}`, { status: 'Cancelled' });
  await done('DELETE', `/tasks/${(await stepsOf(deleted!))[0]!['id']}`);
  for (const run of [cancelled, deleted])
    expect(await got(`/sequence-runs/${run!['id']}`)).toMatchObject({
      state: 'Stopped',
      stopReason: 'Step cancelled',
    });
});

test('a run stops when its record is closed or deleted, unless the sequence goes on after closing', async () => {
  const [stops, goesOn] = [await sequenceOf(), await sequenceOf({ stopsWhenClosed: false })];
  const deal = await made('/opportunities', { name: 'To be won', closeDate: '2030-06-30' });
  const lead = await made('/leads', { lastName: `Lost ${crypto.randomUUID()}` });
  const account = await accountOf();
  const [ofDeal, ofLead, ofAccount, lasting] = [
    await runOf(stops, 'opportunity', deal),
    await runOf(stops, 'lead', lead),
    await runOf(stops, 'account', account),
    await runOf(goesOn, 'opportunity', deal),
  ];
  expect(await got(`/opportunities/${deal['id']}`)).toMatchObject({ hasNextActivity: true });
  const won = await done('POST', `/opportunities/${deal['id']}/win`, {});
  await done('PATCH', `/leads/${lead['id']}`, { status: 'Disqualified', disqualifyReason: 'No budget' });
  await done('DELETE', `/accounts/${account['id']}?referrers=unlink`);
  for (const [run, stopReason] of [
    [ofDeal, 'Record closed'],
    [ofLead, 'Record closed'],
    [ofAccount, 'Record deleted'],
  ] as const) {
    expect(await got(`/sequence-runs/${run['id']}`)).toMatchObject({ state: 'Stopped', stopReason });
    expect(told(await stepsOf(run))).toEqual(['1/3 Send the summary: Cancelled']);
  }
  expect(await got(`/sequence-runs/${lasting['id']}`)).toMatchObject({ state: 'Active' });
  await undo(won);
  expect(told(await stepsOf(ofDeal))).toEqual(['1/3 Send the summary: Open']);
});

test('what can not be started says why, also in the preview of many', async () => {
  const account = await accountOf();
  const about = [{ object: 'account', id: account['id'] }];
  const problemOf = async (body: Body) =>
    (await call('POST', '/sequence-runs', body)).body.errors.map((e: Body) => [e['pointer'], e['code']]);
  const [empty, resting, ofLeads, whole] = [
    await sequenceOf({ steps: [] }),
    await sequenceOf({ active: false }),
    await sequenceOf({ objects: ['lead'] }),
    await sequenceOf(),
  ];
  expect(await problemOf({ sequence: empty['id'], about })).toEqual([['/sequence', 'sequenceEmpty']]);
  expect(await problemOf({ sequence: resting['id'], about })).toEqual([['/sequence', 'sequenceInactive']]);
  expect(await problemOf({ sequence: ofLeads['id'], about })).toEqual([['/about', 'notForObject']]);
  expect(await problemOf({ sequence: whole['id'] })).toEqual([['/about', 'oneRecord']]);
  const steps = [
    { name: 'At noon', time: 'noon' },
    { name: 'Theirs', assignee: 'Named person' },
  ];
  const wrong = await call('POST', '/sequences', { name: 'Wrong', steps });
  expect(wrong.body.errors.map((e: Body) => e['code'])).toEqual(['timeInvalid', 'required']);

  const lead = await made('/leads', { lastName: `Many ${crypto.randomUUID()}` });
  const rows = [about, [{ object: 'lead', id: lead['id'] }]].map((each) => ({
    sequence: ofLeads['id'],
    about: each,
  }));
  const preview = await done('POST', '/sequence-runs/bulk/preview', { action: 'create', rows });
  expect(preview.body.counts).toMatchObject({ created: 1, failed: 1 });
  const many = await done('POST', '/sequence-runs/bulk', { action: 'create', rows });
  expect(many.body.counts).toMatchObject({ created: 1, failed: 1 });
  const [run] = many.body.results.filter((each: Body) => each['status'] === 'created');
  expect(told(await stepsOf(run))).toEqual(['1/3 Send the summary: Open']);
  await undo(many);
  expect(await stepsOf(run)).toEqual([]);
});

test('starting needs the right to create every step, and an owner that is not seen is not told', async () => {
  const sequence = await sequenceOf();
  const allows = (objects: string[], actions: string[]) =>
    objects.flatMap((object) => actions.map((action) => ({ object, action, scope: 'all' as const })));
  const reading = allows(['account', 'sequence', 'task', 'call', 'meeting', 'sequenceRun'], ['read']);
  const starting = allows(['sequenceRun'], ['create', 'update']);
  const [half, whole] = [
    await people.role({ permissions: [...reading, ...starting, ...allows(['task'], ['create'])] }),
    await people.role({
      permissions: [...reading, ...starting, ...allows(['task', 'call', 'meeting'], ['create', 'update'])],
      fields: [{ object: 'account', field: 'owner', access: 'hidden' }],
    }),
  ];
  const [few, all]: Colleague[] = [await people.colleague([half]), await people.colleague([whole])];
  await people.settle();
  const account = await accountOf();
  const start = { sequence: sequence['id'], about: [{ object: 'account', id: account['id'] }] };
  const refused = await call('POST', '/sequence-runs', start, few!.token);
  expect(refused.body.errors.map((e: Body) => e['code'])).toEqual(['stepNotAllowed', 'stepNotAllowed']);
  expect((await call('PATCH', `/sequences/${sequence['id']}`, { active: false }, all!.token)).status).toBe(
    403,
  );
  const run = (await done('POST', '/sequence-runs', start, all!.token)).body;
  expect((await stepsOf(run))[0]!['owner']).toMatchObject({ id: all!.memberId });
});
