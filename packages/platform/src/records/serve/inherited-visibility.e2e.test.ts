import { linkKey } from '@pellucid/conditions';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessDirectory, type Permission } from '../../access/index.js';
import { FIELD_ACCESS, type FieldAccess } from '../decide/access-policy.js';
import { RecordViews, viewFor } from '../read/record-views.js';
import type { Rights } from '../testing/engine-app.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import {
  type MemosWorld,
  memosWorld,
  type StoredFile,
  type StoredMemo,
  type StoredShare,
} from '../testing/memos-world.js';
import { sampleDeal } from '../testing/sample-deal.js';
import { createMemos, sampleFile, sampleMemo } from '../testing/sample-memo.js';
import { sampleDescriptors } from '../testing/sample-objects.js';

let engine: EngineApp;
let world: MemosWorld;

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleDeal, sampleMemo, sampleFile]);
  await createMemos(engine);
  world = await memosWorld(engine);
});
afterAll(() => engine.close());

type Kind = 'memo' | 'file' | 'account' | 'deal' | 'tag';
const PATHS = { memo: 'memos', file: 'files' } as const;

/** What decides about a case. Positions refer to the world's lists; the person is the owner at position 0. */
interface Case {
  roles: Rights[];
  memos: StoredMemo[];
  files: StoredFile[];
  shares: StoredShare[];
  owners: Record<'account' | 'tag' | 'deal', number[]>;
  deleted: Record<'account' | 'tag' | 'deal', number[]>;
}

const owner = fc.integer({ min: 0, max: 3 });
const few = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { maxLength: 2 });
const permission = (object: Kind, action: string, condition?: Permission['condition']) =>
  fc.record({
    object: fc.constant(object as string),
    action: fc.constant(action),
    scope: fc.constantFrom('own' as const, 'own' as const, 'all' as const, 'none' as const),
    ...(condition ? { condition: fc.constantFrom(condition, undefined, undefined) } : {}),
  });
const isOpen = { field: 'kind', op: 'eq', value: 'open' } as const;
const isRetail = { field: 'industry', op: 'eq', value: 'Retail' } as const;
const role: fc.Arbitrary<Rights> = fc.record({
  permissions: fc
    .subarray(
      [
        permission('memo', 'read', isOpen),
        permission('memo', 'update', isOpen),
        permission('memo', 'delete'),
        permission('file', 'read'),
        permission('file', 'update'),
        permission('account', 'read', isRetail),
        permission('deal', 'read'),
        permission('deal', 'update'),
        permission('tag', 'read'),
      ],
      { minLength: 4 },
    )
    .chain((some) => fc.tuple(...some)) as fc.Arbitrary<Permission[]>,
  fields: fc.constantFrom([], [{ object: 'memo', field: 'secret', access: 'mask' as const }]),
});
const someCase: fc.Arbitrary<Case> = fc.record({
  roles: fc.array(role, { minLength: 1, maxLength: 2 }),
  memos: fc.array(
    fc.record({
      owner: fc.option(owner),
      kind: fc.constantFrom('open' as const, 'private' as const, null),
      account: fc.option(fc.integer({ min: 0, max: 7 })),
      tags: few(2),
      about: fc.option(
        fc.record({
          object: fc.constantFrom('account' as const, 'tag' as const),
          at: fc.integer({ min: 0, max: 2 }),
        }),
      ),
      deals: few(1),
    }),
    { minLength: 6, maxLength: 9 },
  ),
  files: fc.array(fc.record({ owner: fc.option(owner), memos: few(5) }), { minLength: 3, maxLength: 4 }),
  shares: fc.array(
    fc.record({
      object: fc.constantFrom(
        'memo' as const,
        'file' as const,
        'account' as const,
        'deal' as const,
        'tag' as const,
      ),
      at: fc.integer({ min: 0, max: 1 }),
      access: fc.constantFrom('read' as const, 'edit' as const),
    }),
    { maxLength: 3 },
  ),
  owners: fc.record({
    account: fc.array(owner, { minLength: 8, maxLength: 8 }),
    tag: fc.array(owner, { minLength: 3, maxLength: 3 }),
    deal: fc.array(owner, { minLength: 2, maxLength: 2 }),
  }),
  deleted: fc.record({ account: few(7), tag: few(2), deal: few(1) }),
});

/** What the rules say, worked out from the case alone: one record at a time, without the engine. */
function expected(c: Case) {
  const industries = ['Retail', 'Health', null];
  const share = (object: Kind, at: number, action: string) =>
    c.shares
      .filter((s) => s.object === object && s.at === at)
      .slice(0, 1)
      .some((s) => action === 'read' || (action === 'update' && s.access === 'edit'));
  const grants = (object: Kind, action: string) =>
    c.roles.flatMap(({ permissions, fields }) =>
      permissions
        .filter((p) => p.object === object && p.action === action && p.scope !== 'none')
        .map((p) => ({ ...p, fields })),
    );
  const ownerOf = (object: Kind, at: number) =>
    object === 'memo' ? c.memos[at]!.owner : object === 'file' ? c.files[at]!.owner : c.owners[object][at];
  const fits = (p: Permission, object: Kind, at: number) =>
    !p.condition ||
    (object === 'memo' ? c.memos[at]!.kind === 'open' : industries[at % industries.length] === 'Retail');
  const parents = (object: Kind, at: number): [Kind, number, boolean][] => {
    if (object === 'file') return c.files[at]!.memos.map((n) => ['memo', n, true]);
    if (object !== 'memo') return [];
    const { account, about, tags, deals } = c.memos[at]!;
    return [
      ...(account === null ? [] : [['account', account, false] as [Kind, number, boolean]]),
      ...(about ? [[about.object, about.at, false] as [Kind, number, boolean]] : []),
      ...tags.map((n): [Kind, number, boolean] => ['tag', n, false]),
      ...deals.map((n): [Kind, number, boolean] => ['deal', n, true]),
    ];
  };
  const isGone = (object: Kind, at: number) =>
    object !== 'memo' && object !== 'file' && c.deleted[object].includes(at);
  const opened = (object: Kind, at: number, action: string): boolean =>
    (action === 'read' || action === 'update') &&
    parents(object, at).some(
      ([parent, n, isToEdit]) =>
        !isGone(parent, n) &&
        may(parent, n, 'read') &&
        (action === 'read' || (isToEdit && may(parent, n, 'update'))),
    );
  /** The grants that let the person do the action with the record. */
  const admitting = (object: Kind, at: number, action: string) =>
    grants(object, action).filter(
      (p) =>
        share(object, at, action) ||
        (fits(p, object, at) &&
          (p.scope === 'all' || ownerOf(object, at) === 0 || opened(object, at, action))),
    );
  const may = (object: Kind, at: number, action: string): boolean => admitting(object, at, action).length > 0;
  /** Whether the person may also store the record as it is: somebody's policy for changes must hold afterwards. */
  const mayKeep = (object: Kind, at: number): boolean => {
    const all = grants(object, 'update');
    const reaching = all.filter((p) => p.scope === 'all' || ownerOf(object, at) === 0);
    return (reaching.length ? reaching : all).some((p) => fits(p, object, at));
  };
  return { may, admitting, mayKeep };
}

async function stage(c: Case): Promise<{ person: EngineTenant; ids: Record<'memo' | 'file', string[]> }> {
  const person = await world.person(...c.roles);
  const { memos, files } = await world.fill({ person: person.memberId, ...c });
  return { person, ids: { memo: memos, file: files } };
}

async function listed(person: EngineTenant, path: string, request: object, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { status, body } = await engine.call(person, 'POST', `/${path}/query`, {
      ...request,
      limit,
      ...(cursor ? { cursor } : {}),
    });
    if (status === 403) return [];
    expect(status, JSON.stringify(body)).toBe(200);
    ids.push(...body.data.map((r: any) => r.id));
    cursor = body.page.nextCursor ?? undefined;
    if (!cursor) return ids;
  }
}

/** Returns which of the records the decision admits in memory. */
async function admittedInMemory(person: EngineTenant, object: string, action: string, ids: string[]) {
  const directory = engine.app.get(AccessDirectory);
  const access: FieldAccess = engine.app.get(FIELD_ACCESS, { strict: false });
  const views = engine.app.get(RecordViews, { strict: false });
  return engine.as(person, async () => {
    const snapshot = await directory.current();
    const subject = directory.memberSubject(snapshot, person.memberId)!;
    const decision = access.decide(object, action, snapshot, subject);
    const stored = await views.viewsOf(object, ids);
    return ids.filter((id) => {
      const view = viewFor(access, stored.get(id)!, subject, snapshot);
      return decision.allowed && access.admits(decision, view, snapshot);
    });
  });
}

const RUNS = { numRuns: 20, seed: 32 };

test('lists, pages, counts, aggregates, single reads and memory agree on what links open', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      const { person, ids } = await stage(c);
      const { may } = expected(c);
      for (const object of ['memo', 'file'] as const) {
        const path = PATHS[object];
        const visible = ids[object].filter((_, at) => may(object, at, 'read')).sort();
        expect((await listed(person, path, {}, 200)).sort()).toEqual(visible);
        const inOrder = await listed(person, path, { sort: '-name' }, 2);
        expect(inOrder.length).toBe(new Set(inOrder).size);
        expect(inOrder.toSorted()).toEqual(visible);
        expect((await admittedInMemory(person, object, 'read', ids[object])).sort()).toEqual(visible);
        for (const id of ids[object]) {
          const { status } = await engine.call(person, 'GET', `/${path}/${id}`);
          expect(status === 200).toBe(visible.includes(id));
        }
        const counted = await engine.call(person, 'POST', `/${path}/query`, { limit: 1, count: 'exact' });
        if (counted.status !== 200) continue;
        expect(counted.body.count.value).toBe(visible.length);
        const { body } = await engine.call(person, 'POST', `/${path}/aggregate`, {});
        expect(body.rowsCounted ?? body.totals[0]).toBe(visible.length);
        const found = await engine.call(person, 'POST', `/${path}/query`, { q: object, limit: 200 });
        expect(found.body.data.map((r: any) => r.id).sort()).toEqual(visible);
      }
    }),
    RUNS,
  );
});

test('a list of what is linked to a record holds the same records as the whole list', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, fc.integer({ min: 0, max: 7 }), async (c, n) => {
      const { person, ids } = await stage(c);
      const { may } = expected(c);
      const { deleted } = c;
      // Lists of references leave out deleted records.
      const lists: [string, string, string, (memo: StoredMemo) => boolean][] = [
        ['account', 'eq', world.accounts[n]!, (memo) => memo.account === n],
        [
          'about',
          'eq',
          linkKey({ object: 'account', id: world.accounts[n]! }),
          ({ about }) => about?.object === 'account' && about.at === n,
        ],
        [
          'tags',
          'contains',
          world.tags[n % 3]!,
          (memo) => memo.tags.includes(n % 3) && !deleted.tag.includes(n % 3),
        ],
        [
          'subjects',
          'contains',
          linkKey({ object: 'deal', id: world.deals[n % 2]! }),
          (memo) => memo.deals.includes(n % 2),
        ],
      ];
      for (const [field, op, value, isLinked] of lists) {
        const visible = ids.memo.filter((_, at) => isLinked(c.memos[at]!) && may('memo', at, 'read'));
        const found = await listed(person, 'memos', { filter: { field, op, value } }, 2);
        expect(found.sort(), field).toEqual(visible.sort());
      }
    }),
    RUNS,
  );
});

test('a change needs what the description names, and nothing else is inherited', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      const { person, ids } = await stage(c);
      const { may, mayKeep } = expected(c);
      for (const object of ['memo', 'file'] as const) {
        const changeable = ids[object].filter((_, at) => may(object, at, 'update'));
        expect(await admittedInMemory(person, object, 'update', ids[object])).toEqual(changeable);
        for (const [at, id] of ids[object].entries()) {
          const { status } = await engine.call(person, 'PATCH', `/${PATHS[object]}/${id}`, {
            name: 'Changed',
          });
          expect(status === 200, `${status}`).toBe(changeable.includes(id) && mayKeep(object, at));
        }
      }
      for (const [at, id] of ids.memo.entries()) {
        const { status } = await engine.call(person, 'DELETE', `/memos/${id}`);
        expect(status === 204 || status === 200, `${status}`).toBe(may('memo', at, 'delete'));
      }
    }),
    RUNS,
  );
});

test('a record that links open is shown by the rules of the roles whose policies it fulfils', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      const { person, ids } = await stage(c);
      const { admitting } = expected(c);
      const { status, body } = await engine.call(person, 'POST', '/memos/query', { limit: 200 });
      if (status !== 200) return;
      for (const record of body.data) {
        const at = ids.memo.indexOf(record.id);
        const isClear = admitting('memo', at, 'read').some(({ fields }) => !fields?.length);
        expect(record.secret === 'told').toBe(isClear);
        const single = await engine.call(person, 'GET', `/memos/${record.id}`);
        expect(single.body.secret).toBe(record.secret);
      }
    }),
    RUNS,
  );
});
