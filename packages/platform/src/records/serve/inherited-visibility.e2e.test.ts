import { linkKey } from '@pellucid/conditions';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { FIELD_ACCESS, type FieldAccess } from '../decide/access-policy.js';
import { RecordViews, viewFor } from '../read/record-views.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { type Case, expected, someCase } from '../testing/memo-cases.js';
import { type MemosWorld, memosWorld, type StoredMemo } from '../testing/memos-world.js';
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

const PATHS = { memo: 'memos', file: 'files' } as const;

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

/** Returns everything that a person is shown of memos and files. */
async function shownTo(person: EngineTenant, ids: Record<'memo' | 'file', string[]>): Promise<unknown[]> {
  const answers: { status: number; body: any }[] = [];
  for (const object of ['memo', 'file'] as const) {
    const path = PATHS[object];
    for (const request of [{ sort: 'name', count: 'exact' }, { q: object }, { deleted: true }])
      answers.push(await engine.call(person, 'POST', `/${path}/query`, { ...request, limit: 200 }));
    answers.push(await engine.call(person, 'POST', `/${path}/aggregate`, { groupBy: [{ field: 'owner' }] }));
    for (const id of ids[object]) answers.push(await engine.call(person, 'GET', `/${path}/${id}`));
  }
  return answers.map(({ status, body }) => {
    const { correlationId: _, ...rest } = body;
    return [status, rest];
  });
}

test('hidden records and their links to hidden records change nothing that somebody is shown', async () => {
  const seen = { visible: 0, changed: 0 };
  await fc.assert(
    fc.asyncProperty(someCase, fc.integer({ min: 2, max: 3 }), async (c, owner) => {
      const { person, ids } = await stage(c);
      const { may } = expected(c);
      const hidden = <T>(list: T[], object: 'account' | 'deal' | 'memo') =>
        list.filter((_, at) => !may(object, at, 'read') && !may(object, at, 'update'));
      const [accounts, deals] = [hidden(world.accounts, 'account'), hidden(world.deals, 'deal')];
      const memos = hidden(ids.memo, 'memo');
      // Records that are not the person's by ownership either: with another policy or share they could become visible.
      const isForeign = `owner_id is distinct from '${person.memberId}'`;
      const before = await shownTo(person, ids);
      const sql = (text: string, values: unknown[]) => engine.admin.query(text, [world.tenant.id, ...values]);
      await sql(
        `update account set owner_id = $3, display_name = 'Other' where tenant_id = $1 and id = any($2) and ${isForeign}`,
        [accounts, world.members[owner - 1]],
      );
      await sql(`update memo set account_id = $3, secret = 'other' where tenant_id = $1 and id = any($2)`, [
        memos,
        accounts[0] ?? null,
      ]);
      for (const deal of deals)
        await sql(
          `insert into record_link (tenant_id, from_object, from_id, kind, to_object, to_id)
           select $1, 'memo', unnest($2::uuid[]), 'subject', 'deal', $3 on conflict do nothing`,
          [memos, deal],
        );
      expect(await shownTo(person, ids)).toEqual(before);
      seen.visible += ids.memo.length - memos.length;
      seen.changed += memos.length && accounts.length + deals.length;
    }),
    RUNS,
  );
  // Somebody sees something, and something hidden has changed.
  expect(Math.min(seen.visible, seen.changed)).toBeGreaterThan(0);
});
