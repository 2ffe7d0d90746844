import { AccessDirectory, FIELD_LEVELS, type Permission, type Scope } from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { FIELD_ACCESS, type RecordAccess, RecordViews, viewFor } from '@pellucid/platform/records';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admitted,
  type Any,
  type Case,
  type Deal,
  DEAL_POLICIES,
  FIELDS,
  grantsFor,
  inScope,
  isClear,
  levelAlways,
  levelOn,
  mayCompare,
  most,
  policyOf,
  repeated,
  roleAdmits,
  said,
  someCase,
} from './testing/access-model.js';
import { AccessStage } from './testing/access-stage.js';
import { sharedApi } from './testing/api-process.js';

/*
 * Random roles, teams, owners and shares. Compares what the API shows with a one-page model that is written from the
 * wording of the rules and shares no code with the engine.
 */

let stage: AccessStage;
let deals: Deal[];

beforeAll(async () => {
  stage = await AccessStage.on(await sharedApi());
  ({ deals } = stage);
});
afterAll(() => stage?.end());

const asMe = (method: string, path: string, body?: unknown) => stage.asMe(method, path, body);

const sorted = (ids: string[]) => [...ids].sort();
const runs = { numRuns: Number(process.env['PELLUCID_PROPERTY_RUNS'] ?? 60) };

test('a list holds the records that single reads allow, which are those the decision in memory admits', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      await stage.set(c);
      const mine = deals.filter((d) => admitted(c, 'opportunity', d));
      const listed = await asMe('POST', '/opportunities/query', { limit: 200, count: 'exact' });
      if (!c.roles.some((r) => grantsFor(r, 'opportunity', 'read').length)) {
        expect(listed.status).toBe(403);
        expect((await asMe('GET', `/opportunities/${deals[0]!.id}`)).status).toBe(403);
        return;
      }
      expect(listed.status).toBe(200);
      expect(sorted(listed.body.data.map((d: Deal) => d.id))).toEqual(sorted(mine.map((d) => d.id)));
      expect(listed.body.count.value).toBe(mine.length);
      for (const deal of deals)
        expect((await asMe('GET', `/opportunities/${deal.id}`)).status).toBe(mine.includes(deal) ? 200 : 404);
      expect(sorted(await admittedInMemory('opportunity', deals))).toEqual(sorted(mine.map((d) => d.id)));

      const walked = await walk(c.sort, null);
      const byField = c.sort.replace(/^-/, '').split(',')[0]!;
      const withheld = [...c.sort.replaceAll('-', '').split(',')].some(
        (f) => f !== 'createdAt' && !mayCompare(c, f),
      );
      if (withheld) expect(walked, `sorted by ${byField}`).toBe(422);
      else expect(walked).toEqual((await orderOfAll(c.sort)).filter((id) => mine.some((d) => d.id === id)));
    }),
    runs,
  );
});

const orders = new Map<string, string[]>();

/** All deals in this order, as the administrator sees them. */
async function orderOfAll(sort: string): Promise<string[]> {
  let ids = orders.get(sort);
  if (!ids) {
    const { data } = await stage.asAdmin('POST', '/opportunities/query', {
      limit: 200,
      ...(sort ? { sort } : {}),
    });
    ids = data.map((d: Deal) => d.id) as string[];
    orders.set(sort, ids);
  }
  return ids;
}

/** IDs of a list, read page by page, or the status if the request is refused. */
async function walk(sort: string, filter: object | null): Promise<string[] | number> {
  const ids: string[] = [];
  for (let cursor: string | null = null, pages = 0; pages < 30; pages++) {
    const answer = await asMe('POST', '/opportunities/query', {
      limit: 3,
      ...(sort ? { sort } : {}),
      ...(filter ? { filter } : {}),
      ...(cursor ? { cursor } : {}),
    });
    if (answer.status !== 200) return answer.status;
    ids.push(...answer.body.data.map((d: Deal) => d.id));
    cursor = answer.body.page.nextCursor;
    if (!cursor) return ids;
  }
  throw new Error('the list does not end');
}

async function admittedInMemory(object: string, records: Any[]): Promise<string[]> {
  const directory = stage.api.app.get(AccessDirectory);
  const access: RecordAccess = stage.api.app.get(FIELD_ACCESS, { strict: false });
  const stored = stage.api.app.get(RecordViews, { strict: false });
  const memberId = stage.members['me']!.memberId;
  const context = newContext({
    correlationId: 'test',
    tenantId: stage.company.tenantId,
    memberId,
    actor: { kind: 'member', id: memberId },
  });
  return runInContext(context, async () => {
    const snapshot = await directory.current();
    const subject = directory.memberSubject(snapshot, memberId)!;
    const decision = access.decide(object, 'read', snapshot, subject);
    const views = await stored.viewsOf(
      object,
      records.map((r) => r.id),
    );
    return [...views].flatMap(([id, view]) =>
      access.admits(decision, viewFor(access, view, subject, snapshot), snapshot) ? [id] : [],
    );
  });
}

test('each field has the widest level among the roles that admit the record, in lists and in single reads', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      await stage.set(c);
      const listed = await asMe('POST', '/opportunities/query', { limit: 200 });
      if (listed.status === 403) return;
      const always = (listed.body.meta?.access ?? {}) as Record<string, string>;
      for (const shown of listed.body.data) {
        const deal = deals.find((d) => d.id === shown.id)!;
        const notes = { ...always, ...shown.meta?.access };
        compare(c, deal, shown, notes);
      }
      for (const { id } of listed.body.data.slice(0, 6)) {
        const shown = (await asMe('GET', `/opportunities/${id}`)).body;
        compare(c, deals.find((d) => d.id === id)!, shown, shown.meta?.access ?? {});
      }
    }),
    runs,
  );
});

function compare(c: Case, deal: Deal, shown: Record<string, any>, notes: Record<string, string>): void {
  const nameShown =
    deal.account !== null &&
    admitted(c, 'account', deal.account) &&
    isClear(levelAlways(c, 'account', 'name'));
  for (const field of FIELDS['opportunity']!) {
    const level = levelOn(c, 'opportunity', deal, field);
    const where = `${field} of ${deal.name}, which is ${level}`;
    const real = (deal as never as Record<string, any>)[field];
    const label = field === 'account' && isClear(level) && deal.account && !nameShown;
    expect(notes[field] ?? 'clear', where).toBe(label ? 'mask' : isClear(level) ? 'clear' : level);
    if (level === 'hidden') expect(shown, where).not.toHaveProperty(field);
    else if (level === 'mask') {
      if (real === null || !['name', 'nextStep', 'description'].includes(field))
        expect(shown[field], where).toBeNull();
      else expect(shown[field], where).toMatch(/•/);
    } else if (field === 'account')
      expect(shown['account'], where).toEqual(
        deal.account && { id: deal.account.id, name: nameShown ? deal.account.name : '' },
      );
    else if (field === 'owner')
      expect(shown['owner']?.id ?? null, where).toBe(real && stage.members[real]!.memberId);
    else if (field === 'amount')
      expect(shown['amount'] === null ? null : Number(shown['amount']), where).toBe(real);
    else expect(shown[field], where).toEqual(real);
  }
}

test('filters, including paths into other objects, match nothing beyond the caller’s rights', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, fc.constantFrom('industry', 'city', 'name'), async (c, far) => {
      await stage.set(c);
      if (!c.roles.some((r) => grantsFor(r, 'opportunity', 'read').length)) return;
      const mine = deals.filter((d) => admitted(c, 'opportunity', d));

      if (c.filtered !== null) {
        const { tree, holds } = DEAL_POLICIES[c.filtered]!;
        const used = [...JSON.stringify(tree).matchAll(/"field":"(\w+)"/g)].map((m) => m[1]!);
        const found = await walk('', tree);
        if (used.some((f) => !mayCompare(c, f))) expect(found).toBe(422);
        else expect(sorted(found as string[])).toEqual(sorted(mine.filter(holds).map((d) => d.id)));
      }

      const value = { industry: 'Finance', city: 'Zürich', name: 'Account g0' }[far]!;
      const seen = (d: Deal) =>
        d.account && admitted(c, 'account', d.account) && d.account[far as 'city'] === value;
      const readsAccounts = c.roles.some((r) => grantsFor(r, 'account', 'read').length);
      const allowed =
        readsAccounts &&
        isClear(levelAlways(c, 'opportunity', 'account')) &&
        isClear(levelAlways(c, 'account', far));
      for (const [op, holds] of [
        ['eq', seen],
        ['neq', (d: Deal) => !seen(d)],
      ] as const) {
        const found = await walk('', { field: `account.${far}`, op, value });
        if (!allowed) expect(found).toBe(422);
        else expect(sorted(found as string[])).toEqual(sorted(mine.filter(holds).map((d) => d.id)));
      }
    }),
    runs,
  );
});

test('a change is accepted exactly if the roles reach the record before and allow its values after', async () => {
  await fc.assert(
    fc.asyncProperty(
      someCase,
      fc.array(fc.record({ deal: fc.nat(23), amount: fc.constantFrom(200, 2000, 4000, 9000) }), {
        maxLength: 8,
      }),
      async (c, changes) => {
        await stage.set(c);
        const before = new Map(deals.map((d) => [d, d.amount]));
        const mayUpdate = c.roles.some((r) => grantsFor(r, 'opportunity', 'update').length);
        for (const { deal: at, amount } of changes) {
          const deal = deals[at]!;
          const answer = await asMe('PATCH', `/opportunities/${deal.id}`, { amount: String(amount) });
          const after = { ...deal, amount };
          const grants = c.roles.flatMap((r) => grantsFor(r, 'opportunity', 'update'));
          const reaching = grants.filter((g) => inScope(g.scope, deal));
          const counting = reaching.length ? reaching : grants;
          const writers = c.roles.filter((r) => roleAdmits(r, 'opportunity', 'update', deal, c.shares));
          const expected = !mayUpdate
            ? 403
            : !writers.length
              ? admitted(c, 'opportunity', deal)
                ? 403
                : 404
              : most(writers.map((r) => said(r, 'opportunity', 'amount'))) !== 'edit'
                ? repeated(c, deal, amount)
                  ? 200
                  : 422
                : counting.some((g) => policyOf(g)?.holds(after) ?? true)
                  ? 200
                  : 422;
          expect(
            answer.status,
            `${deal.name} from ${deal.amount} to ${amount}: ${JSON.stringify(answer.body)}`,
          ).toBe(expected);
          if (expected === 200 && most(writers.map((r) => said(r, 'opportunity', 'amount'))) === 'edit')
            deal.amount = amount;
        }
        for (const [deal, amount] of before) {
          if (deal.amount === amount) continue;
          deal.amount = amount;
          await stage.asAdmin('PATCH', `/opportunities/${deal.id}`, {
            amount: amount === null ? null : String(amount),
          });
        }
      },
    ),
    runs,
  );
});

test('creating needs a right to create, applies its presets, and refuses fields that it withholds', async () => {
  const presets = [
    null,
    { nextStep: 'preset' },
    { amount: '700', type: 'Renewal' },
    { currency: 'CHF', rate: 2 },
  ] as const;
  const creation = fc.record({
    roles: fc.array(
      fc.record({
        scope: fc.constantFrom<Scope>('own', 'team', 'legalEntity', 'all'),
        policy: fc.option(fc.nat(DEAL_POLICIES.length - 1), { nil: null, freq: 1 }),
        preset: fc.nat(presets.length - 1),
        level: fc.constantFrom(...FIELD_LEVELS),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    owner: fc.constantFrom('me', 'mate', 'stranger', null),
    entity: fc.constantFrom('mine', 'other', null),
    amount: fc.constantFrom(undefined, 400, 4000, 9000),
    nextStep: fc.constantFrom(undefined, 'call them', 'wait'),
  });
  await fc.assert(
    fc.asyncProperty(creation, async ({ roles, owner, entity, amount, nextStep }) => {
      await stage.strip();
      const made = roles.map((r) => ({
        ...r,
        preset: presets[r.preset] as Record<string, unknown> | null,
      }));
      for (const r of made)
        await stage.wear({
          permissions: [
            {
              object: 'opportunity',
              action: 'create',
              scope: r.scope,
              ...(r.policy === null ? {} : { condition: DEAL_POLICIES[r.policy]!.tree as never }),
              ...(r.preset ? { preset: r.preset } : {}),
            },
            ...['pipeline', 'stage', 'member', 'legalEntity', 'opportunity'].map(
              (object): Permission => ({ object, action: 'read', scope: 'all' }),
            ),
          ],
          fields: [{ object: 'opportunity', field: 'nextStep', access: r.level }],
        });
      stage.refresh();
      const answer = await asMe('POST', '/opportunities', {
        name: 'Made',
        owner: owner && stage.members[owner]!.memberId,
        legalEntity: entity && stage.entities[entity]!,
        ...(amount === undefined ? {} : { amount: String(amount) }),
        ...(nextStep === undefined ? {} : { nextStep }),
      });
      // Where several roles preset a field, the rules don't say which preset wins. Any one of them may.
      const preset = (key: string) => made.flatMap((r) => (r.preset?.[key] ? [r.preset[key]] : []));
      const draft: Deal = {
        id: '',
        at: -1,
        owner,
        entity,
        name: 'Made',
        amount: amount ?? (preset('amount').length ? 700 : null),
        closeDate: null,
        type: preset('type').length ? 'Renewal' : null,
        nextStep: nextStep ?? (preset('nextStep').length ? 'preset' : null),
        description: null,
        account: null,
      };
      const reaching = made.filter((r) => inScope(r.scope, draft));
      const allowing = reaching.filter((r) => r.policy === null || DEAL_POLICIES[r.policy]!.holds(draft));
      const fieldAllowed = nextStep === undefined || allowing.some((r) => r.level === 'edit');
      expect(answer.status, JSON.stringify(answer.body)).toBe(allowing.length && fieldAllowed ? 201 : 422);
      if (answer.status !== 201) return;
      const stored = await stage.asAdmin('GET', `/opportunities/${answer.body.id}`);
      expect(stored.amount === null ? null : Number(stored.amount)).toBe(draft.amount);
      expect([stored.nextStep, stored.type]).toEqual([draft.nextStep, draft.type]);
      expect(stored.currency).toBe(preset('currency')[0] ?? 'USD');
      await stage.people.sql('update opportunity set deleted_at = now() where id = $1', [answer.body.id]);
    }),
    runs,
  );
});
