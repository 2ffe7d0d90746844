import {
  FIELD_LEVELS,
  type FieldLevel,
  type FieldPermission,
  type Permission,
  type Scope,
} from '@pellucid/platform/access';
import fc from 'fast-check';

/*
 * What the rules of access say, in one page of code that is written from their wording and shares none with the engine,
 * and random roles and shares to try it on.
 */

/** An account as the model knows it. Owner and entity are names, not IDs. */
export interface Account {
  id: string;
  owner: string | null;
  entity: string | null;
  name: string;
  industry: string | null;
  city: string | null;
}
/** A deal as the model knows it. */
export interface Deal {
  id: string;
  /** Its place among the deals, by which shares name it. */
  at: number;
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
/** A record of either object. */
export type Any = Account | Deal;

/** A condition in two independent forms: as the API takes it, and as a predicate. */
export interface Policy<T> {
  tree: object;
  holds(record: T): boolean;
}
/** Conditions on deals. */
export const DEAL_POLICIES: Policy<Deal>[] = [
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
/** Fields that are compared and restricted, by object. */
export const FIELDS: Record<string, string[]> = {
  opportunity: ['name', 'amount', 'closeDate', 'type', 'nextStep', 'description', 'account', 'owner'],
  account: ['name', 'industry', 'city'],
};

/** What a generated role grants. The condition is given by its index. */
export interface Grant {
  object: 'opportunity' | 'account';
  action: 'read' | 'update';
  scope: Scope;
  policy: number | null;
}
/** A generated role. */
export interface Role {
  grants: Grant[];
  fields: FieldPermission[];
}
/** A generated share of a deal. */
export interface Share {
  deal: number;
  to: 'me' | 'team' | 'managed' | 'mate';
  access: 'read' | 'edit';
  expired: boolean;
}
/** A generated situation: what I may, and what I ask for. */
export interface Case {
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
/** Any situation. */
export const someCase: fc.Arbitrary<Case> = fc.record({
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

/** The condition of a grant. */
export const policyOf = (g: Grant): Policy<any> | undefined =>
  g.policy === null ? undefined : POLICIES[g.object]![g.policy % POLICIES[g.object]!.length]!;
/** A grant as the API takes it. */
export const permissionOf = (g: Grant): Permission => ({
  object: g.object,
  action: g.action,
  scope: g.scope,
  ...(policyOf(g) ? { condition: policyOf(g)!.tree as never } : {}),
});

/** A record is shared with each person only once. */
export function firstOfEach(shares: Share[]): Share[] {
  return shares.filter((s, i) => shares.findIndex((t) => t.deal === s.deal && t.to === s.to) === i);
}

const REACH: Record<Scope, string[]> = {
  none: [],
  own: ['me'],
  team: ['me', 'mate', 'managed'],
  teamAndBelow: ['me', 'mate', 'managed', 'below', 'underManaged'],
  legalEntity: [],
  all: [],
};

/** Whether a scope reaches a record by its owner or legal entity. */
export function inScope(scope: Scope, record: Any): boolean {
  if (scope === 'all') return true;
  if (scope === 'legalEntity') return record.entity === 'mine';
  return record.owner !== null && REACH[scope].includes(record.owner);
}

function sharedWithMe(shares: Share[], record: Any): 'read' | 'edit' | null {
  const mine = firstOfEach(shares).filter(
    (s) => 'at' in record && s.deal === record.at && s.to !== 'mate' && !s.expired,
  );
  return mine.some((s) => s.access === 'edit') ? 'edit' : mine.length ? 'read' : null;
}

/** What a role grants for an action on an object. */
export const grantsFor = (r: Role, object: string, action: string) =>
  r.grants.filter((g) => g.object === object && g.action === action && g.scope !== 'none');

/** Whether a role admits a record to an action. */
export function roleAdmits(
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

/** Whether any role admits a record to an action. */
export const admitted = (
  c: Pick<Case, 'roles' | 'shares'>,
  object: string,
  record: Any,
  action: 'read' | 'update' = 'read',
) => c.roles.some((r) => roleAdmits(r, object, action, record, c.shares));

/** The level that a role gives a field. */
export function said(r: Role, object: string, field: string): FieldLevel {
  const of = (key: string) => r.fields.find((f) => f.object === object && f.field === key)?.access;
  return of(field) ?? of('*') ?? 'edit';
}
const rank = (level: FieldLevel) => FIELD_LEVELS.indexOf(level);
/** The widest of the levels. */
export const most = (levels: FieldLevel[]) => levels.reduce((a, b) => (rank(a) >= rank(b) ? a : b), 'hidden');
const least = (levels: FieldLevel[]) => levels.reduce((a, b) => (rank(a) <= rank(b) ? a : b), 'edit');

/** The level at which the roles that admit a record show one of its fields. */
export function levelOn(c: Case, object: string, record: Any, field: string): FieldLevel {
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
export const mayCompare = (c: Case, field: string) =>
  isClear(
    levelAlways(c, 'opportunity', field, (r) =>
      least((COMPARED[field] ?? [field]).map((f) => said(r, 'opportunity', f))),
    ),
  );

/** The level that a field has on every visible record. @param saidOf what a role says about the field */
export function levelAlways(
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
/** Whether a field of this level is shown unmasked. */
export const isClear = (level: FieldLevel) => level === 'view' || level === 'edit';

/** Whether the update only sends back the value shown, and so changes nothing. */
export function repeated(c: Case, deal: Deal, amount: number): boolean {
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
