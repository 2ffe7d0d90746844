import { type RecordDescriptor, RecordRegistry } from '@pellucid/platform/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedApi, type ApiAnswer } from './testing/api-process.js';
import { all, IntruderStage, OBJECTS } from './testing/intruder-stage.js';
import { changedBetween, recordContents, untold } from './testing/record-contents.js';
import { minimalRecord } from './testing/seeded-world.js';

/*
 * An action can't bypass a right: every record that changes along with it changes under the caller's rights, with its
 * own version and event.
 */

let stage: IntruderStage;
let registry: RecordRegistry;

beforeAll(async () => {
  const api = await sharedApi();
  registry = api.app.get(RecordRegistry);
  stage = await IntruderStage.on(api);
});
afterAll(() => stage?.end());

const contents = () => recordContents(stage.people, registry, stage.mine.tenantId);
const SYSTEM = ['manageUsers', 'manageSettings'];
const everything = () => stage.wear({ permissions: all(), system: SYSTEM });
/** Every right except to change records of one object. */
const allBut = (object: string) =>
  stage.wear({
    permissions: [
      ...all(
        '*',
        OBJECTS.filter((key) => key !== object),
      ),
      ...all('read', [object]),
    ],
    system: SYSTEM,
  });
const made = async (descriptor: RecordDescriptor, more: object = {}): Promise<string> =>
  (
    await stage.asAdmin('POST', `/${descriptor.plural}?allowDuplicates=true`, {
      ...minimalRecord(descriptor, stage.mine.ids),
      ...more,
    })
  ).id;
const of = (key: string) => registry.productObject(key);

/** Runs the action. Returns its answer and the records that changed. */
async function doing(act: () => Promise<ApiAnswer>) {
  const before = await contents();
  const answer = await act();
  const after = await contents();
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
  return { answer, before, changed: changedBetween(before, after) };
}

/** Violations when somebody runs the action with every right except to change one object. */
async function withoutRightTo(object: string, act: () => Promise<ApiAnswer>, what: string) {
  await allBut(object);
  const { answer, changed } = await doing(act);
  const reached = answer.status < 300 ? changed.filter((c) => c.object === object) : changed;
  return reached.map(
    (c) => `${what} without the right to change ${object} (${answer.status}) changed ${c.object}`,
  );
}

/** Violations when somebody runs the action with every right. */
async function withEveryRight(act: () => Promise<ApiAnswer>, what: string) {
  await everything();
  const { answer, before, changed } = await doing(act);
  const silent = await untold(stage.people, before, changed, stage.intruder.memberId);
  return { answer, changed, problems: silent.map((problem) => `${what}: ${problem}`) };
}

const referrersOf = (key: string) =>
  registry
    .product()
    .flatMap((object) =>
      object.fields.filter((f) => f.references === key).map((field) => ({ object, field })),
    );

describe('deletions and restores', () => {
  const deletable = () =>
    registry.product().filter(({ operations }) => operations.create && operations.delete);

  test('for every object, with every kind of record that refers to it', async () => {
    const problems: string[] = [];
    let effects = 0;
    for (const target of deletable())
      for (const policy of ['unlink', 'delete']) {
        const id = await made(target);
        const path = `/${target.plural}/${id}`;
        const holders = new Set<string>();
        for (const { object, field } of referrersOf(target.key)) {
          if (field.readOnly || !object.operations.create) continue;
          if (object.key === 'opportunity' && field.key === 'pipeline')
            await made(of('stage'), { pipeline: id, category: 'open' });
          await made(object, {
            [field.key]: field.traits.isList ? [id] : id,
            ...(field.key === 'stage' ? { pipeline: stage.mine.ids['pipeline'] } : {}),
          });
          holders.add(object.key);
        }
        holders.delete(target.key);
        const remove = () => stage.asIntruder('DELETE', `${path}?referrers=${policy}`);
        for (const holder of holders) {
          problems.push(...(await withoutRightTo(holder, remove, `${policy} ${target.key}`)));
          if (!(await isThere(path))) await stage.asAdmin('POST', `${path}/restore`);
        }
        const deleted = await withEveryRight(remove, `${policy} ${target.key}`);
        problems.push(...deleted.problems);
        effects += deleted.changed.length;
        if (deleted.answer.status >= 300) {
          if (deleted.changed.length) problems.push(`a refused ${policy} of ${target.key} changed something`);
          continue;
        }
        const restored = await withEveryRight(
          () => stage.asIntruder('POST', `${path}/restore`),
          `restore of ${target.key}`,
        );
        problems.push(...restored.problems);
      }
    expect([...new Set(problems)]).toEqual([]);
    expect(effects).toBeGreaterThan(50);
  });

  const isThere = async (path: string) =>
    (await stage.api.call('GET', path, { token: stage.mine.token })).status === 200;
});

/** An action that changes, or might change, more than one record. */
interface Deed {
  /** The object and verb as described; actions that no description lists have any name. */
  name: string;
  /** What the product derives along with it. This needs no right, but has an event. */
  derives?: string[];
  /** The company-wide right that it needs, if it is not a right to change records of the object. */
  system?: string;
  /** Creates, as an administrator, the records that it needs. Returns the action. */
  prepare(): Promise<() => Promise<ApiAnswer>>;
}

const post =
  (path: string, body: object = {}) =>
  () =>
    stage.asIntruder('POST', path, { body });
const deal = (more: object = {}) => made(of('opportunity'), { owner: stage.mine.memberId, ...more });
const on = (verb: string, body: object, first?: string): Deed => ({
  name: `opportunity.${verb}`,
  async prepare() {
    const id = await deal({ account: stage.mine.ids['account'] });
    if (first) await stage.asAdmin('POST', `/opportunities/${id}/${first}`, {});
    return post(`/opportunities/${id}/${verb}`, body);
  },
});
/** Completes or reopens an activity about a deal, which says what is planned next about it. */
const onActivity = (kind: 'task' | 'call' | 'meeting', verb: 'complete' | 'reopen'): Deed => ({
  name: `${kind}.${verb}`,
  async prepare() {
    const about = [{ object: 'opportunity', id: await deal() }];
    // A task that comes again creates the next one.
    const again = kind === 'task' ? { due: '2030-03-01', recurrence: 'FREQ=WEEKLY' } : {};
    const id = await made(of(kind), { about, owner: stage.mine.memberId, ...again });
    const path = `/${of(kind).plural}/${id}`;
    if (verb === 'reopen') await stage.asAdmin('POST', `${path}/complete`, {});
    return post(`${path}/${verb}`);
  },
});
/** Resolves, reopens or reacts to a comment about a deal. */
const onComment = (verb: 'resolve' | 'reopen' | 'react', body?: object): Deed => ({
  name: `comment.${verb}`,
  async prepare() {
    const about = [{ object: 'opportunity', id: await deal() }];
    const path = `/comments/${await made(of('comment'), { about, owner: stage.mine.memberId })}`;
    if (verb === 'reopen') await stage.asAdmin('POST', `${path}/resolve`);
    return post(`${path}/${verb}`, body);
  },
});
const DEEDS: Deed[] = [
  onComment('resolve'),
  onComment('reopen'),
  onComment('react', { reaction: 'heart', on: true }),
  ...(['task', 'call', 'meeting'] as const).flatMap((kind) => [
    onActivity(kind, 'complete'),
    onActivity(kind, 'reopen'),
  ]),
  on('win', {}),
  on('lose', { reason: 'Price' }),
  on('reopen', {}, 'win'),
  {
    name: 'opportunity.move',
    async prepare() {
      const id = await deal();
      const { pipeline } = await stage.asAdmin('GET', `/opportunities/${id}`);
      const next = await made(of('stage'), { pipeline: pipeline.id, category: 'open' });
      return post(`/opportunities/${id}/move`, { stage: next });
    },
  },
  {
    name: 'lead.convert',
    async prepare() {
      const company = `Joined ${crypto.randomUUID()}`;
      const email = `${crypto.randomUUID()}@example.com`;
      const account = await made(of('account'), { name: company });
      await made(of('contact'), { lastName: 'Joined', email, account });
      const lead = await made(of('lead'), { lastName: 'Lead', company, email, phone: '+41440000001' });
      return post(`/leads/${lead}/convert`, { createOpportunity: true });
    },
  },
  {
    name: 'lead.disqualify',
    prepare: async () => post(`/leads/${await made(of('lead'))}/disqualify`, { reason: 'No budget' }),
  },
  {
    name: 'lead.reopen',
    async prepare() {
      const lead = await made(of('lead'));
      await stage.asAdmin('POST', `/leads/${lead}/disqualify`, { reason: 'No budget' });
      return post(`/leads/${lead}/reopen`);
    },
  },
  {
    name: 'make a contact primary',
    async prepare() {
      const account = await made(of('account'));
      await made(of('contact'), { account });
      const second = await made(of('contact'), { account });
      return () =>
        stage.asIntruder('PUT', `/accounts/${account}/contacts/${second}`, { body: { isPrimary: true } });
    },
  },
  {
    name: 'unlink a primary contact',
    async prepare() {
      const account = await made(of('account'));
      const first = await made(of('contact'), { account });
      await made(of('contact'), { account });
      return () => stage.asIntruder('DELETE', `/accounts/${account}/contacts/${first}`);
    },
  },
  {
    name: 'rename an account with deals',
    derives: ['opportunity'],
    async prepare() {
      const account = await made(of('account'));
      await deal({ account, name: '' });
      return () =>
        stage.asIntruder('PATCH', `/accounts/${account}`, {
          body: { name: `Renamed ${crypto.randomUUID()}` },
        });
    },
  },
  {
    name: 'replace lines',
    async prepare() {
      const id = await deal();
      const product = await made(of('product'));
      return () =>
        stage.asIntruder('PUT', `/opportunities/${id}/lines`, {
          body: { lines: [{ product, unitPrice: '5' }] },
        });
    },
  },
  {
    name: 'make a pipeline the default',
    async prepare() {
      const pipeline = await made(of('pipeline'));
      for (const category of ['open', 'won', 'lost']) await made(of('stage'), { pipeline, category });
      return () => stage.asIntruder('PATCH', `/pipelines/${pipeline}`, { body: { isDefault: true } });
    },
  },
  {
    name: 'delete in bulk with what refers to it',
    async prepare() {
      const account = await made(of('account'));
      const contact = await made(of('contact'), { account });
      await deal({ account, contact });
      return post('/accounts/bulk', { action: 'delete', ids: [account], referrers: 'delete' });
    },
  },
  {
    name: 'deactivate a person',
    system: 'manageUsers',
    async prepare() {
      const { memberId } = await stage.people.colleague([]);
      stage.refresh();
      return post(`/members/${memberId}/deactivate`);
    },
  },
];

describe('verbs and other actions', () => {
  test('cover every verb of a description', () => {
    const verbs = registry
      .product()
      .flatMap(({ key, verbs: own }) => own.map((verb) => `${key}.${verb.key}`));
    expect(verbs.filter((verb) => !DEEDS.some(({ name }) => name === verb))).toEqual([]);
  });

  test.each(DEEDS.map((deed) => [deed.name, deed] as const))('%s', async (name, deed) => {
    const problems: string[] = [];
    const full = await withEveryRight(await deed.prepare(), name);
    expect(full.answer.status, JSON.stringify(full.answer.body)).toBeLessThan(300);
    expect(full.changed.length, name).toBeGreaterThan(0);
    problems.push(...full.problems);
    for (const object of deed.system ? [] : new Set(full.changed.map((c) => c.object)))
      if (!deed.derives?.includes(object))
        problems.push(...(await withoutRightTo(object, await deed.prepare(), name)));
    expect(problems).toEqual([]);
  });
});

describe('a plain change is no way round a verb that is set apart', () => {
  const VERBS = { opportunity: ['move', 'win', 'lose', 'reopen'], lead: ['disqualify', 'reopen'] } as const;
  /** Every right, except to do these objects' verbs: by scope `none`, or on records of one's own. */
  const without = (scope: 'none' | 'own') =>
    stage.wear({
      permissions: [
        // One by one: `*` would give the verbs as well.
        ...['read', 'create', 'update', 'bulk'].flatMap((action) => all(action)),
        ...Object.entries(VERBS).flatMap(([object, verbs]) =>
          verbs.map((action) => ({ object, action, scope })),
        ),
      ],
      system: SYSTEM,
    });
  /** A pipeline of its own: other tests of this file change the company's. */
  const stages = async () => {
    const pipeline = (await stage.asAdmin('POST', '/pipelines', { name: `Pipeline ${crypto.randomUUID()}` }))
      .id;
    const made = async (name: string, category: string): Promise<string> =>
      (await stage.asAdmin('POST', '/stages', { pipeline, name, category })).id;
    return {
      pipeline: pipeline as string,
      open: [await made('First', 'open'), await made('Second', 'open')],
      won: await made('Won', 'won'),
      lost: await made('Lost', 'lost'),
    };
  };
  const change = (path: string, body: object) => stage.asIntruder('PATCH', path, { body });
  const codes = (answer: ApiAnswer) => [answer.status, answer.body.errors?.[0].code];

  test('deals are neither moved nor closed, one by one, in bulk, or as new ones', async () => {
    const { pipeline, open, won, lost } = await stages();
    const id = await made(of('opportunity'), { pipeline, stage: open[0] });
    await without('none');
    for (const next of [open[1], won, lost])
      expect(codes(await change(`/opportunities/${id}`, { stage: next, closeReason: 'x' }))).toEqual([
        422,
        'verbForbidden',
      ]);
    const bulk = await stage.asIntruder('POST', '/opportunities/bulk', {
      body: { action: 'update', ids: [id], changes: { stage: won } },
    });
    expect(bulk.body.results[0].errors[0].code).toBe('verbForbidden');
    const created = (body: object) =>
      stage.asIntruder('POST', '/opportunities', { body: { name: 'D', pipeline, ...body } });
    expect(codes(await created({ stage: won }))).toEqual([422, 'verbForbidden']);
    expect((await created({ stage: open[1] })).status).toBe(201);
    expect((await change(`/opportunities/${id}`, { nextStep: 'Call' })).status).toBe(200);
    expect((await stage.asAdmin('GET', `/opportunities/${id}`)).stage.id).toBe(open[0]);
  });

  test('leads are neither disqualified nor reopened', async () => {
    const [one, other] = [await made(of('lead')), await made(of('lead'))];
    await stage.asAdmin('POST', `/leads/${other}/disqualify`, { reason: 'No budget' });
    await without('none');
    const given = { status: 'Disqualified', disqualifyReason: 'x' };
    expect(codes(await change(`/leads/${one}`, given))).toEqual([422, 'verbForbidden']);
    expect(codes(await change(`/leads/${other}`, { status: 'Working' }))).toEqual([422, 'verbForbidden']);
    expect((await change(`/leads/${one}`, { status: 'Working' })).status).toBe(200);
  });

  test('the verb’s scope counts, and a role that does not name it lets it follow', async () => {
    const { pipeline, open, won } = await stages();
    const mine = await made(of('opportunity'), { pipeline, stage: open[0], owner: stage.intruder.memberId });
    const others = await made(of('opportunity'), { pipeline, stage: open[0] });
    await without('own');
    expect(codes(await change(`/opportunities/${others}`, { stage: won }))).toEqual([422, 'verbForbidden']);
    expect((await change(`/opportunities/${mine}`, { stage: won })).status).toBe(200);
    await everything();
    expect((await change(`/opportunities/${others}`, { stage: won })).status).toBe(200);
  });
});

test('the address of an invitation is not changed by who could not give its roles', async () => {
  const roles = (await stage.asAdmin('GET', '/roles')).data;
  const invite = async (key: string) =>
    (
      await stage.asAdmin('POST', '/members/invite', {
        email: `invited-${key.toLowerCase()}@example.com`,
        name: 'Ida Invited',
        roleIds: [roles.find((role: any) => role.key === key).id],
      })
    ).memberId;
  const [boss, rep] = [await invite('companyAdmin'), await invite('salesRep')];
  // Objects that the company made are among what its reps may read.
  await stage.wear({ permissions: [{ object: '*', action: '*', scope: 'all' }], system: SYSTEM });
  const moved = (id: string) =>
    stage.asIntruder('PATCH', `/members/${id}`, { body: { email: `mine-${id}@example.com` } });
  const refused = await moved(boss);
  expect([refused.status, refused.body.errors[0]]).toMatchObject([
    422,
    { pointer: '/email', code: 'roleNotGrantable' },
  ]);
  const done = await moved(rep);
  expect(done.status, JSON.stringify(done.body)).toBe(200);
});
