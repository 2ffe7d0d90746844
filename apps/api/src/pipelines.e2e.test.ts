import { beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';

let api: TestApi;
let company: TestCompany;
let sales: { id: string };
let stages: { id: string; name: string; category: string; probability: number }[];

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  sales = (await call('GET', '/pipelines')).body.data[0];
  stages = (await call('GET', '/stages')).body.data;
});

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
const stage = (name: string) => stages.find((s) => s.name === name)!;
const defaults = async () =>
  (await call('GET', '/pipelines')).body.data
    .filter((p: { isDefault: boolean }) => p.isDefault)
    .map((p: { name: string }) => p.name);

test('a new company has the pipeline Sales with its six stages in order', () => {
  expect(sales).toMatchObject({ name: 'Sales', isDefault: true });
  expect(stages.map((s) => [s.name, s.category, s.probability])).toEqual([
    ['Prospecting', 'open', 10],
    ['Engaging', 'open', 30],
    ['Proposal', 'open', 50],
    ['Negotiation', 'open', 70],
    ['Won', 'won', 100],
    ['Lost', 'lost', 0],
  ]);
});

test('exactly one pipeline is the default, even if ten are made the default at once', async () => {
  const off = await call('PATCH', `/pipelines/${sales.id}`, { isDefault: false });
  expect([off.status, off.body.errors[0].code]).toEqual([422, 'defaultPipeline']);
  expect((await call('DELETE', `/pipelines/${sales.id}`)).status).toBe(409);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      call('POST', '/pipelines', { name: `Default ${i}`, isDefault: true }),
    ),
  );
  expect(answers.map((a) => a.status)).toEqual(Array(10).fill(201));
  expect(await defaults()).toHaveLength(1);
  await call('PATCH', `/pipelines/${sales.id}`, { isDefault: true });
  expect(await defaults()).toEqual(['Sales']);
});

test('a pipeline keeps an open, a won and a lost stage', async () => {
  for (const name of ['Won', 'Lost']) {
    const answer = await call('DELETE', `/stages/${stage(name).id}`);
    expect([answer.status, answer.body.code]).toEqual([409, 'lastOfCategory']);
  }
  const turned = await call('PATCH', `/stages/${stage('Won').id}`, { category: 'open' });
  expect([turned.status, turned.body.errors[0].code]).toEqual([422, 'lastOfCategory']);
  expect((await call('DELETE', `/stages/${stage('Negotiation').id}`)).status).toBe(204);
  expect((await call('POST', `/stages/${stage('Negotiation').id}/restore`)).status).toBe(200);
  const open = ['Prospecting', 'Engaging', 'Proposal', 'Negotiation'].map((name) => stage(name).id);
  const all = await call('POST', '/stages/bulk', { action: 'delete', ids: open });
  expect(new Set(all.body.results.map((r: { status: string }) => r.status))).toEqual(new Set(['failed']));
});

test('a stage with deals is neither deleted nor given another category', async () => {
  const deal = (await call('POST', '/opportunities', { stage: stage('Engaging').id })).body;
  const gone = await call('DELETE', `/stages/${stage('Engaging').id}`);
  expect([gone.status, gone.body.referrers[0].records[0].id]).toEqual([409, deal.id]);
  const unlinked = await call('DELETE', `/stages/${stage('Engaging').id}?referrers=unlink`);
  expect([unlinked.status, unlinked.body.code]).toEqual([409, 'referenced']);
  const turned = await call('PATCH', `/stages/${stage('Engaging').id}`, { category: 'won' });
  expect([turned.status, turned.body.errors[0].code]).toEqual([422, 'stageInUse']);
  expect((await call('GET', `/opportunities/${deal.id}`)).body.stage.id).toBe(stage('Engaging').id);
});

test('names of stages are unique in their pipeline, and a new stage gets a position', async () => {
  const twice = await call('POST', '/stages', { pipeline: sales.id, name: 'PROPOSAL' });
  expect([twice.status, twice.body.errors[0]]).toMatchObject([422, { pointer: '/name', code: 'notUnique' }]);
  const other = (await call('POST', '/pipelines', { name: 'Partners' })).body;
  const made = (
    await call('POST', '/stages', {
      pipeline: other.id,
      name: 'Proposal',
      category: 'won',
      requiredFields: ['amount'],
    })
  ).body;
  expect(made).toMatchObject({
    position: 0,
    probability: 100,
    forecastCategory: 'Closed',
    requiredFields: ['amount'],
  });
  expect((await call('POST', '/stages', { pipeline: other.id, name: 'Next' })).body.position).toBe(0);
  expect((await call('GET', `/stages/${made.id}`)).body.position).toBe(1);
  expect((await call('PATCH', `/stages/${made.id}`, { pipeline: sales.id })).body.errors[0].code).toBe(
    'stageStays',
  );
});

test('a new open stage stands before the stages that close a deal', async () => {
  const pipeline = (await call('POST', '/pipelines', { name: 'Ordered' })).body;
  for (const [name, category] of [
    ['First', 'open'],
    ['Won', 'won'],
    ['Lost', 'lost'],
    ['Second', 'open'],
    ['Third', 'open'],
    ['Duplicate', 'lost'],
  ])
    expect((await call('POST', '/stages', { pipeline: pipeline.id, name, category })).status).toBe(201);
  const filter = JSON.stringify({ field: 'pipeline', op: 'eq', value: pipeline.id });
  const { data } = (await call('GET', `/stages?sort=position&filter=${encodeURIComponent(filter)}`)).body;
  expect(data.map((stage: any) => stage.name)).toEqual([
    'First',
    'Second',
    'Third',
    'Won',
    'Lost',
    'Duplicate',
  ]);
  expect(new Set(data.map((stage: any) => stage.position)).size).toBe(6);
});
