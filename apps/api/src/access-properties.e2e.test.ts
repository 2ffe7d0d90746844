import {
  AccessDirectory,
  FIELD_LEVELS,
  type FieldLevel,
  type FieldPermission,
  type Permission,
  type Scope,
} from '@pellucid/platform/access';
import { newContext, runInContext } from '@pellucid/platform/context';
import { FIELD_ACCESS, type RecordAccess, RecordReader, viewFor } from '@pellucid/platform/records';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

/*
 * Random roles, teams, owners and shares. Compares what the API shows with a one-page model that is written from the
 * wording of the rules and shares no code with the engine.
 */

interface Account {
  id: string;
  owner: string | null;
  entity: string | null;
  name: string;
  industry: string | null;
  city: string | null;
}
interface Deal {
  id: string;
  owner: string | null;
  entity: string | null;
  name: string;
  amount: number | null;
  closeDate: string | null;
  type: string | null;
  nextStep: string | null;
  description: string | null;
  account: Account | null;
}
type Any = Account | Deal;

/** A condition in two independent forms: as the API takes it, and as a predicate. */
interface Policy<T> {
  tree: object;
  holds(record: T): boolean;
}
const DEAL_POLICIES: Policy<Deal>[] = [
  { tree: { field: 'amount', op: 'lt', value: '5000' }, holds: (d) => d.amount !== null && d.amount < 5000 },
  {
    tree: { field: 'amount', op: 'gte', value: '3000' },
    holds: (d) => d.amount !== null && d.amount >= 3000,
  },
  {
    tree: { not: { field: 'amount', op: 'lt', value: '5000' } },
    holds: (d) => d.amount === null || d.amount >= 5000,
  },
  { tree: { field: 'amount', op: 'empty' }, holds: (d) => d.amount === null },
  { tree: { field: 'type', op: 'eq', value: 'Renewal' }, holds: (d) => d.type === 'Renewal' },
  { tree: { field: 'type', op: 'neq', value: 'Renewal' }, holds: (d) => d.type !== 'Renewal' },
  {
    tree: { field: 'nextStep', op: 'contains', value: 'CALL' },
    holds: (d) => !!d.nextStep?.includes('call'),
  },
  {
    tree: { field: 'closeDate', op: 'between', value: ['2026-01-01', '2026-06-30'] },
    holds: (d) => d.closeDate !== null && d.closeDate <= '2026-06-30',
  },
  {
    tree: {
      any: [
        {
          all: [
            { field: 'type', op: 'exists' },
            { field: 'amount', op: 'gt', value: '1000' },
          ],
        },
        { not: { field: 'owner', op: 'exists' } },
      ],
    },
    holds: (d) => (d.type !== null && d.amount !== null && d.amount > 1000) || d.owner === null,
  },
];
const ACCOUNT_POLICIES: Policy<Account>[] = [
  {
    tree: { field: 'industry', op: 'in', value: ['Finance', 'Health'] },
    holds: (a) => a.industry === 'Finance' || a.industry === 'Health',
  },
  { tree: { field: 'industry', op: 'nin', value: ['Finance'] }, holds: (a) => a.industry !== 'Finance' },
  { tree: { field: 'city', op: 'startswith', value: 'Zür' }, holds: (a) => !!a.city?.startsWith('Zürich') },
];
const POLICIES: Record<string, Policy<any>[]> = { opportunity: DEAL_POLICIES, account: ACCOUNT_POLICIES };
const FIELDS: Record<string, string[]> = {
  opportunity: ['name', 'amount', 'closeDate', 'type', 'nextStep', 'description', 'account', 'owner'],
  account: ['name', 'industry', 'city'],
};

/** A generated role. Policies are given by their index. */
interface Grant {
  object: 'opportunity' | 'account';
  action: 'read' | 'update';
  scope: Scope;
  policy: number | null;
}
interface Role {
  grants: Grant[];
  fields: FieldPermission[];
}
interface Share {
  deal: number;
  to: 'me' | 'team' | 'managed' | 'mate';
  access: 'read' | 'edit';
  expired: boolean;
}
interface Case {
  roles: Role[];
  shares: Share[];
  sort: string;
  filtered: number | null;
}

const grant: fc.Arbitrary<Grant> = fc.record({
  object: fc.constantFrom('opportunity', 'opportunity', 'account'),
  action: fc.constantFrom('read', 'read', 'update'),
  scope: fc.constantFrom('none', 'own', 'own', 'team', 'teamAndBelow', 'legalEntity', 'all'),
  policy: fc.option(fc.nat(100), { nil: null, freq: 2 }),
});
const fieldRule: fc.Arbitrary<FieldPermission> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc
        .constantFrom(...FIELDS['opportunity']!)
        .map((field) => ({ object: 'opportunity', field })),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...FIELDS['account']!).map((field) => ({ object: 'account', field })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('opportunity', 'account').map((object) => ({ object, field: '*' })),
    },
  )
  .chain((named) => fc.constantFrom(...FIELD_LEVELS).map((access) => ({ ...named, access })));
const role: fc.Arbitrary<Role> = fc.record({
  grants: fc.array(grant, { minLength: 1, maxLength: 4 }),
  fields: fc.uniqueArray(fieldRule, { maxLength: 6, selector: (f) => `${f.object}.${f.field}` }),
});
const someCase: fc.Arbitrary<Case> = fc.record({
  roles: fc.array(role, { minLength: 1, maxLength: 3 }),
  shares: fc.array(
    fc.record({
      deal: fc.nat(23),
      to: fc.constantFrom('me', 'team', 'managed', 'mate'),
      access: fc.constantFrom('read', 'edit'),
      expired: fc.boolean(),
    }),
    { maxLength: 5 },
  ),
  sort: fc.constantFrom(
    'name',
    '-name',
    'amount',
    '-amount',
    '-closeDate,name',
    'type',
    'nextStep',
    '-createdAt',
    'owner',
  ),
  filtered: fc.option(fc.nat(DEAL_POLICIES.length - 1), { nil: null }),
});

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
const members: Record<string, Colleague> = {};
const teams: Record<string, string> = {};
const entities: Record<string, string> = {};
const accounts: Account[] = [];
const deals: Deal[] = [];

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  for (const name of ['mine', 'other'])
    entities[name] = (await asAdmin('POST', '/legal-entities', { name })).id;
  teams['team'] = await people.team();
  teams['below'] = await people.team({ parentId: teams['team'] });
  teams['other'] = await people.team();
  const nothing = await people.role({});
  for (const [name, team] of [
    ['me', 'team'],
    ['mate', 'team'],
    ['below', 'below'],
    ['managed', null],
    ['underManaged', null],
    ['stranger', 'other'],
  ] as const)
    members[name] = await people.colleague([nothing], {
      ...(team ? { teamId: teams[team]! } : {}),
      ...(name === 'me' ? { legalEntityId: entities['mine']! } : {}),
    });
  // A team that I manage without being in it, and a team below it.
  teams['managed'] = await people.team({ managerId: members['me']!.memberId });
  teams['underManaged'] = await people.team({ parentId: teams['managed'] });
  for (const name of ['managed', 'underManaged'])
    await people.sql('update member set team_id = $2 where tenant_id = $1 and id = $3', [
      company.tenantId,
      teams[name],
      members[name]!.memberId,
    ]);
  refresh();
  const owners = [...Object.keys(members), null];
  const owned = (i: number) => ({
    owner: owners[i % owners.length]!,
    entity: [null, 'mine', 'other'][i % 3]!,
  });
  const ids = ({ owner, entity }: { owner: string | null; entity: string | null }) => ({
    owner: owner && members[owner]!.memberId,
    legalEntity: entity && entities[entity]!,
  });
  for (let i = 0; i < 10; i++) {
    const given = {
      name: `Account ${'gfedcba'[i % 7]}${i}`,
      industry: ['Finance', 'Health', 'Retail', null][i % 4]!,
      city: ['Zürich', 'Berne', null][i % 3]!,
    };
    const whose = owned(i * 2 + 1);
    const made = await asAdmin('POST', '/accounts', { ...given, ...ids(whose) });
    accounts.push({ id: made.id, ...whose, ...given });
  }
  for (let i = 0; i < 24; i++) {
    const account = i % 5 === 4 ? null : accounts[(i * 3) % accounts.length]!;
    const given = {
      name: `Deal ${'hgfedcba'[i % 8]}${i}`,
      closeDate: i % 6 === 5 ? null : `2026-${String(1 + (i % 10)).padStart(2, '0')}-15`,
      type: ['New business', 'Renewal', null][i % 3]!,
      nextStep: ['call them', 'write them a letter', null][i % 3]!,
      description: i % 2 ? `about deal ${i}` : null,
    };
    const amount = i % 7 === 6 ? null : (i % 5) * 1500 + 500;
    const whose = owned(i);
    const made = await asAdmin('POST', '/opportunities', {
      ...given,
      amount: amount === null ? null : String(amount),
      account: account?.id ?? null,
      ...ids(whose),
    });
    deals.push({ id: made.id, ...whose, ...given, amount, account });
  }
});
afterAll(async () => {
  await people?.end();
});

function refresh(): void {
  api.app.get(AccessDirectory).forget(company.tenantId);
}

async function asAdmin(method: string, path: string, body?: unknown) {
  const answer = await api.call(method, path, { token: company.token, body });
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const asMe = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: members['me']!.token, body });

const policyOf = (g: Grant): Policy<any> | undefined =>
  g.policy === null ? undefined : POLICIES[g.object]![g.policy % POLICIES[g.object]!.length]!;
const permissionOf = (g: Grant): Permission => ({
  object: g.object,
  action: g.action,
  scope: g.scope,
  ...(policyOf(g) ? { condition: policyOf(g)!.tree as never } : {}),
});

async function stage({ roles, shares }: Pick<Case, 'roles' | 'shares'>): Promise<void> {
  const me = members['me']!.memberId;
  await people.sql('delete from member_role where tenant_id = $1 and member_id = $2', [company.tenantId, me]);
  await people.sql('delete from record_share where tenant_id = $1', [company.tenantId]);
  for (const r of roles) {
    const id = await people.role({
      permissions: [
        ...r.grants.map(permissionOf),
        ...['pipeline', 'stage', 'member'].map(
          (object): Permission => ({ object, action: 'read', scope: 'all' }),
        ),
      ],
      fields: r.fields,
    });
    await people.sql('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
      company.tenantId,
      me,
      id,
    ]);
  }
  for (const s of firstOfEach(shares)) {
    await people.share(
      'opportunity',
      deals[s.deal]!.id,
      s.to === 'me' || s.to === 'mate'
        ? { kind: 'member', id: members[s.to]!.memberId }
        : { kind: 'team', id: teams[s.to]! },
      s.access,
      s.expired ? new Date(Date.now() - 60_000) : null,
    );
  }
  refresh();
}

/** A record is shared with each person only once. */
function firstOfEach(shares: Share[]): Share[] {
  return shares.filter((s, i) => shares.findIndex((t) => t.deal === s.deal && t.to === s.to) === i);
}

/* The model. */

const REACH: Record<Scope, string[]> = {
  none: [],
  own: ['me'],
  team: ['me', 'mate', 'managed'],
  teamAndBelow: ['me', 'mate', 'managed', 'below', 'underManaged'],
  legalEntity: [],
  all: [],
};

function inScope(scope: Scope, record: Any): boolean {
  if (scope === 'all') return true;
  if (scope === 'legalEntity') return record.entity === 'mine';
  return record.owner !== null && REACH[scope].includes(record.owner);
}

function sharedWithMe(shares: Share[], record: Any): 'read' | 'edit' | null {
  const at = deals.findIndex((d) => d.id === record.id);
  const mine = firstOfEach(shares).filter((s) => s.deal === at && s.to !== 'mate' && !s.expired);
  return mine.some((s) => s.access === 'edit') ? 'edit' : mine.length ? 'read' : null;
}

const grantsFor = (r: Role, object: string, action: string) =>
  r.grants.filter((g) => g.object === object && g.action === action && g.scope !== 'none');

function roleAdmits(
  r: Role,
  object: string,
  action: 'read' | 'update',
  record: Any,
  shares: Share[],
): boolean {
  const grants = grantsFor(r, object, action);
  if (grants.some((g) => inScope(g.scope, record) && (policyOf(g)?.holds(record) ?? true))) return true;
  const shared = sharedWithMe(shares, record);
  return grants.length > 0 && (action === 'read' ? shared !== null : shared === 'edit');
}

const admitted = (
  c: Pick<Case, 'roles' | 'shares'>,
  object: string,
  record: Any,
  action: 'read' | 'update' = 'read',
) => c.roles.some((r) => roleAdmits(r, object, action, record, c.shares));

function said(r: Role, object: string, field: string): FieldLevel {
  const of = (key: string) => r.fields.find((f) => f.object === object && f.field === key)?.access;
  return of(field) ?? of('*') ?? 'edit';
}
const rank = (level: FieldLevel) => FIELD_LEVELS.indexOf(level);
const most = (levels: FieldLevel[]) => levels.reduce((a, b) => (rank(a) >= rank(b) ? a : b), 'hidden');
const least = (levels: FieldLevel[]) => levels.reduce((a, b) => (rank(a) <= rank(b) ? a : b), 'edit');

/** The level at which the roles that admit a record show one of its fields. */
function levelOn(c: Case, object: string, record: Any, field: string): FieldLevel {
  return most(
    c.roles.filter((r) => roleAdmits(r, object, 'read', record, c.shares)).map((r) => said(r, object, field)),
  );
}

/**
 * Fields that a comparison by this field reads. Amounts in several currencies are compared by value, which derives from
 * all of these.
 */
const COMPARED: Record<string, string[]> = {
  amount: ['amount', 'currency', 'closeDate', 'rateDate', 'rate', 'baseAmount'],
};

/** Whether the caller may sort and filter by a field: every field compared is unmasked on every record they may see. */
const mayCompare = (c: Case, field: string) =>
  isClear(
    levelAlways(c, 'opportunity', field, (r) =>
      least((COMPARED[field] ?? [field]).map((f) => said(r, 'opportunity', f))),
    ),
  );

/** The level that a field has on every visible record. @param saidOf what a role says about the field */
function levelAlways(
  c: Case,
  object: string,
  field: string,
  saidOf = (r: Role) => said(r, object, field),
): FieldLevel {
  const reading = c.roles.filter((r) => grantsFor(r, object, 'read').length);
  const always = reading.filter((r) =>
    grantsFor(r, object, 'read').some((g) => g.scope === 'all' && !policyOf(g)),
  );
  if (always.length) return most(always.map(saidOf));
  return reading.length ? least(reading.map(saidOf)) : 'hidden';
}
const isClear = (level: FieldLevel) => level === 'view' || level === 'edit';

const sorted = (ids: string[]) => [...ids].sort();
const runs = { numRuns: Number(process.env['PELLUCID_PROPERTY_RUNS'] ?? 60) };

test('a list holds the records that single reads allow, which are those the decision in memory admits', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      await stage(c);
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
    const { data } = await asAdmin('POST', '/opportunities/query', { limit: 200, ...(sort ? { sort } : {}) });
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
  const directory = api.app.get(AccessDirectory);
  const access: RecordAccess = api.app.get(FIELD_ACCESS, { strict: false });
  const reader = api.app.get(RecordReader, { strict: false });
  const memberId = members['me']!.memberId;
  const context = newContext({
    correlationId: 'test',
    tenantId: company.tenantId,
    memberId,
    actor: { kind: 'member', id: memberId },
  });
  return runInContext(context, async () => {
    const snapshot = await directory.current();
    const subject = directory.memberSubject(snapshot, memberId)!;
    const decision = access.decide(object, 'read', snapshot, subject);
    const views = await reader.viewsOf(
      object,
      records.map((r) => r.id),
    );
    return [...views].flatMap(([id, view]) =>
      access.admits(decision, viewFor(view, subject, snapshot), snapshot) ? [id] : [],
    );
  });
}

test('each field has the widest level among the roles that admit the record, in lists and in single reads', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (c) => {
      await stage(c);
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
      expect(shown['owner']?.id ?? null, where).toBe(real && members[real]!.memberId);
    else if (field === 'amount')
      expect(shown['amount'] === null ? null : Number(shown['amount']), where).toBe(real);
    else expect(shown[field], where).toEqual(real);
  }
}

test('filters, including paths into other objects, match nothing beyond the caller’s rights', async () => {
  await fc.assert(
    fc.asyncProperty(someCase, fc.constantFrom('industry', 'city', 'name'), async (c, far) => {
      await stage(c);
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
        await stage(c);
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
          await asAdmin('PATCH', `/opportunities/${deal.id}`, {
            amount: amount === null ? null : String(amount),
          });
        }
      },
    ),
    runs,
  );
});

/** Whether the update only sends back the value shown, and so changes nothing. */
function repeated(c: Case, deal: Deal, amount: number): boolean {
  return (
    admitted(c, 'opportunity', deal) &&
    isClear(levelOn(c, 'opportunity', deal, 'amount')) &&
    deal.amount === amount &&
    // The unchanged values must still satisfy the update policy.
    c.roles
      .flatMap((r) => grantsFor(r, 'opportunity', 'update'))
      .some((g) => policyOf(g)?.holds(deal) ?? true)
  );
}

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
      const me = members['me']!.memberId;
      await people.sql('delete from member_role where tenant_id = $1 and member_id = $2', [
        company.tenantId,
        me,
      ]);
      const made = roles.map((r) => ({
        ...r,
        preset: presets[r.preset] as Record<string, unknown> | null,
      }));
      for (const r of made) {
        const id = await people.role({
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
        await people.sql('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
          company.tenantId,
          me,
          id,
        ]);
      }
      refresh();
      const answer = await asMe('POST', '/opportunities', {
        name: 'Made',
        owner: owner && members[owner]!.memberId,
        legalEntity: entity && entities[entity]!,
        ...(amount === undefined ? {} : { amount: String(amount) }),
        ...(nextStep === undefined ? {} : { nextStep }),
      });
      // Where several roles preset a field, the rules don't say which preset wins. Any one of them may.
      const preset = (key: string) => made.flatMap((r) => (r.preset?.[key] ? [r.preset[key]] : []));
      const draft: Deal = {
        id: '',
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
      const stored = await asAdmin('GET', `/opportunities/${answer.body.id}`);
      expect(stored.amount === null ? null : Number(stored.amount)).toBe(draft.amount);
      expect([stored.nextStep, stored.type]).toEqual([draft.nextStep, draft.type]);
      expect(stored.currency).toBe(preset('currency')[0] ?? 'USD');
      await people.sql('update opportunity set deleted_at = now() where id = $1', [answer.body.id]);
    }),
    runs,
  );
});
