import {
  collectionOf,
  type FieldDescriptor,
  fieldOf,
  type LineCollection,
  lineFieldsOf,
  ownSourcesOf,
  partOf,
  type PiiClass,
  type RecordDescriptor,
  RecordRegistry,
} from '../describe/index.js';
import { clockOf } from './filter-context.js';
import { Ability } from '@casl/ability';
import { type Condition, compileEvaluator, isRelativeOperator } from '@pellucid/conditions';
import { Inject, Injectable } from '@nestjs/common';
import {
  AccessDirectory,
  type FieldLevel,
  fieldLevel,
  grantsOf,
  narrowest,
  OBJECT_ACTIONS,
  type RoleDefinition,
  type RoleRights,
  scopeCondition,
  type Subject,
  teamsOf,
  type TenantSnapshot,
  widest,
} from '../../access/index.js';
import { InstallationKeys, type StableKeys } from '../../crypto/index.js';
import { Masker } from '../../masking/index.js';
import {
  type FieldAccess,
  type FieldRules,
  type FieldVisibility,
  type ObjectAccess,
  type RecordScope,
  type RecordView,
  type ScopeBranch,
  UNLIMITED,
} from './access-policy.js';
import { areSourcesClear } from './derived-values.js';
import { comparedReader, ownFields } from './scope-sql.js';

/** Actions that any share allows; the other actions that shares can allow require one with edit access. */
const READING = new Set(['read', 'reveal']);
/** Actions that no share allows: they dispose of the record itself, or need no existing record. */
const NEVER_SHARED = new Set(['create', 'delete', 'assign', 'import']);

/** Returns everything that roles can grant on an object: the actions of all objects, and its own verbs. */
export function actionsOf(descriptor: RecordDescriptor): { key: string; label: string }[] {
  return [
    ...OBJECT_ACTIONS.map((key) => ({ key, label: key[0]!.toUpperCase() + key.slice(1) })),
    ...descriptor.verbs,
  ];
}

/** Maximum number of sets of field rules distinguished for one person: bits of a 32-bit number. */
const MAX_PROFILES = 30;

/** What a branch admits, in CASL's terms: the condition tree is the matcher. */
interface GrantConditions {
  tree: Condition | undefined;
  shares: RecordScope['shares'];
}

/** Returns the class of a field in this company: the one that the company assigned, else the description's. */
export function piiOf(
  object: string,
  field: { key: string; pii: PiiClass },
  snapshot: TenantSnapshot,
): PiiClass {
  return snapshot.masking.get(`${object}.${field.key}`)?.pii ?? field.pii;
}

/** Combines two conditions with "and"; undefined when neither is given. */
export function both(a: Condition | undefined, b: Condition | undefined): Condition | undefined {
  return a && b ? { all: [a, b] } : (a ?? b);
}

/**
 * Derives rights to records and fields from roles, teams, legal entities and shares, once per snapshot, actor, object
 * and action. The same condition trees decide in memory (through CASL) and compile to SQL.
 */
@Injectable()
export class RecordAccess implements FieldAccess {
  private readonly known = new WeakMap<TenantSnapshot, Map<Subject, Map<string, ObjectAccess>>>();
  private readonly abilities = new WeakMap<
    ObjectAccess,
    Ability<[string, string | RecordView], GrantConditions>
  >();
  private readonly matchers = new WeakMap<TenantSnapshot, Map<string, WeakMap<Condition, Matcher>>>();
  readonly masker: Masker;

  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(InstallationKeys) keys: StableKeys,
  ) {
    this.masker = new Masker(keys);
  }

  rules(object: string, snapshot: TenantSnapshot): FieldRules {
    return this.decide(object, 'read', snapshot).rules;
  }

  decide(object: string, action: string, snapshot: TenantSnapshot, subject?: Subject): ObjectAccess {
    const who = subject ?? this.directory.subject(snapshot);
    if (who.kind === 'system') return UNLIMITED;
    let subjects = this.known.get(snapshot);
    if (!subjects) {
      subjects = new Map();
      this.known.set(snapshot, subjects);
    }
    let decisions = subjects.get(who);
    if (!decisions) {
      decisions = new Map();
      subjects.set(who, decisions);
    }
    const key = `${object}/${action}`;
    let decision = decisions.get(key);
    if (!decision) {
      decision = this.workOut(object, action, snapshot, who);
      decisions.set(key, decision);
    }
    return decision;
  }

  admits(access: ObjectAccess, record: RecordView, snapshot: TenantSnapshot): boolean {
    if (access === UNLIMITED) return true;
    let ability = this.abilities.get(access);
    if (!ability) {
      const shares = access.scope?.shares ?? null;
      ability = new Ability<[string, string | RecordView], GrantConditions>(
        access.branches.map((branch) => ({
          action: 'do',
          subject: record.object,
          conditions: { tree: branch.condition, shares },
        })),
        {
          conditionsMatcher: (conditions) => (view) =>
            this.matches(conditions, view as unknown as RecordView, snapshot),
          detectSubjectType: (view) => (view as RecordView).object,
        },
      );
      this.abilities.set(access, ability);
    }
    return ability.can('do', record);
  }

  bitsOf(access: ObjectAccess, record: RecordView, snapshot: TenantSnapshot): number {
    return (access.profiles ?? []).reduce(
      (bits, scope, n) =>
        !scope ||
        scope.branches.some((b) =>
          this.matches({ tree: b.condition, shares: scope.shares }, record, snapshot),
        )
          ? bits | (1 << n)
          : bits,
      0,
    );
  }

  /** Whether a condition on an object's own fields holds for values in API form. */
  holds(
    object: string,
    condition: Condition,
    state: Record<string, unknown>,
    snapshot: TenantSnapshot,
  ): boolean {
    let objects = this.matchers.get(snapshot);
    if (!objects) {
      objects = new Map();
      this.matchers.set(snapshot, objects);
    }
    let compiled = objects.get(object);
    if (!compiled) {
      compiled = new WeakMap();
      objects.set(object, compiled);
    }
    let matcher = compiled.get(condition);
    if (!matcher) {
      const descriptor = this.registry.forTenant(object, snapshot);
      // Relative dates depend on the clock, so such a condition is compiled once per snapshot and second.
      matcher = compileEvaluator(condition, ownFields(descriptor), clockOf(snapshot));
      if (!mentionsTime(condition)) compiled.set(condition, matcher);
    }
    return matcher(comparedReader(this.registry.forTenant(object, snapshot), state));
  }

  private matches({ tree, shares }: GrantConditions, record: RecordView, snapshot: TenantSnapshot): boolean {
    if (!tree || this.holds(record.object, tree, record.state, snapshot)) return true;
    return shares !== null && (record.shared === 'edit' || record.shared === shares.access);
  }

  private workOut(object: string, action: string, snapshot: TenantSnapshot, subject: Subject): ObjectAccess {
    const descriptor = this.registry.forTenant(object, snapshot);
    const branches = grantsOf(subject, object, action).map((grant): ScopeBranch => {
      const reach = scopeCondition(grant, subject, snapshot);
      return { grant, reach, condition: both(reach, grant.permission.condition) };
    });
    const shares = sharesOf(subject, action, snapshot);
    const scopeOf = (some: ScopeBranch[]): RecordScope | undefined =>
      some.some((b) => !b.condition) ? undefined : { branches: some, shares: some.length ? shares : null };

    const groups = new Map<string, { levels: Levels; branches: ScopeBranch[] }>();
    for (const branch of branches) {
      const levels = levelsOf(descriptor, branch.grant.role, snapshot);
      const key = [...levels.values()].join();
      const group = groups.get(key);
      if (group) group.branches.push(branch);
      else groups.set(key, { levels, branches: [branch] });
    }
    const profiles = asManyAsBits([...groups.values()]).map(({ levels, branches: own }) => ({
      levels,
      scope: scopeOf(own),
    }));
    const always = profiles.filter((p) => !p.scope).map((p) => p.levels);
    const differ = profiles.length > 1 && profiles.some((p) => p.scope);
    const strictest = always.length
      ? combine(always, widest)
      : combine(
          profiles.map((p) => p.levels),
          differ ? narrowest : widest,
        );
    const sets = new Map<number, { levels: Levels; rules: FieldRules }>();
    const base = { levels: strictest, rules: this.rulesOf(descriptor, strictest, snapshot) };
    const at = (bits: number) => {
      if (!differ) return base;
      let set = sets.get(bits);
      if (!set) {
        const those = profiles.filter((p, n) => !p.scope || bits & (1 << n)).map((p) => p.levels);
        const levels = those.length ? combine(those, widest) : strictest;
        set = { levels, rules: this.rulesOf(descriptor, levels, snapshot) };
        sets.set(bits, set);
      }
      return set;
    };
    return {
      allowed: branches.length > 0,
      scope: scopeOf(branches),
      branches,
      rules: base.rules,
      profiles: differ ? profiles.map((p) => p.scope) : null,
      rulesFor: (bits) => at(bits).rules,
      timeBound: branches.some((b) => b.condition && mentionsTime(b.condition)),
      levelFor: (bits, field) => at(bits).levels.get(field) ?? 'hidden',
    };
  }

  private rulesOf(descriptor: RecordDescriptor, levels: Levels, snapshot: TenantSnapshot): FieldRules {
    const levelOf = (field: string) => levels.get(field) ?? 'hidden';
    const seen = new Map(
      [...levels].map(([field, level]): [string, FieldVisibility] => {
        const visibility = visibilityOf(level);
        // Lines as a whole have no masked form.
        return [field, visibility === 'mask' && collectionOf(descriptor, field) ? 'hidden' : visibility];
      }),
    );
    const clear = (field: string) => seen.get(field) === 'clear';
    const maskers = new Map<string, (value: unknown) => unknown>();
    return {
      // If no role mentions the object, there are no levels and nothing is unmasked.
      allClear: levels.size > 0 && [...levels.values()].every((l) => l === 'edit'),
      read: (field) => seen.get(field) ?? 'hidden',
      canWrite: (field) => levelOf(field) === 'edit',
      // A field that is compared in its place must also be unmasked, because order and matches reveal it.
      canFilter: (field) => clear(field) && clear(descriptor.byKey.get(field)?.comparedBy ?? field),
      nameVisible: descriptor.nameFields.every(clear),
      sourcesClear: (field) => areSourcesClear(descriptor, field, clear),
      mask: (field, value) => {
        let mask = maskers.get(field);
        if (!mask) {
          mask = this.maskOf(descriptor, field, snapshot);
          maskers.set(field, mask);
        }
        return mask(value);
      },
    };
  }

  /** Returns how the company masks a field. */
  private maskOf(
    descriptor: RecordDescriptor,
    field: string,
    snapshot: TenantSnapshot,
  ): (value: unknown) => unknown {
    const f = fieldOf(descriptor, field) ?? descriptor.former.get(field);
    if (!f) return () => null;
    const strategy =
      snapshot.masking.get(`${descriptor.key}.${field}`)?.strategy ?? f.traits.masking.byDefault;
    return (value) => this.masker.mask(snapshot.tenantId, descriptor.key, f, strategy, value);
  }
}

const visibilityOf = (level: FieldLevel): FieldVisibility =>
  level === 'view' || level === 'edit' ? 'clear' : level;

type Matcher = ReturnType<typeof compileEvaluator>;
type Levels = Map<string, FieldLevel>;

/** Returns a role's level of each field, including those that the company deleted: histories still contain their values. */
function levelsOf(descriptor: RecordDescriptor, role: RoleDefinition, snapshot: TenantSnapshot): Levels {
  const fields = [
    ...descriptor.fields,
    ...descriptor.lines,
    ...lineFieldsOf(descriptor),
    ...descriptor.former.values(),
  ];
  return new Map(fields.map((f) => [f.key, levelInRole(descriptor, role, f, snapshot).level]));
}

/** What a role says about a field, and which of its entries decides. */
export type LevelInRole = Omit<ReturnType<typeof fieldLevel>, 'source'> & {
  source: ReturnType<typeof fieldLevel>['source'] | 'derived';
  /** The withheld field that it is derived from, if that decides. */
  madeOf?: string;
};

/**
 * Returns a role's level for a field, or for lines as a whole. What is derived from a withheld field in every record is
 * shown no wider than that field, and fields of lines no wider than the lines.
 */
export function levelInRole(
  descriptor: RecordDescriptor,
  role: RoleRights,
  field: FieldDescriptor | LineCollection,
  snapshot: TenantSnapshot,
): LevelInRole {
  const own: LevelInRole = fieldLevel(
    role,
    descriptor.key,
    field.key,
    piiOf(descriptor.key, field, snapshot),
  );
  const isDerived = field.derivedFrom && field.derivedFrom.where === undefined;
  const sources = [
    ...('line' in field && field.line ? [field.line.collection] : []),
    ...(isDerived ? ownSourcesOf(field.derivedFrom!) : []),
  ];
  let least = own;
  for (const madeOf of sources) {
    const { level } = levelInRole(descriptor, role, partOf(descriptor, madeOf)!, snapshot);
    const isWithheld = level === 'hidden' || level === 'mask';
    if (isWithheld && level !== least.level && narrowest(level, least.level) === level)
      least = { level, source: 'derived', madeOf };
  }
  return least;
}

/**
 * Each profile takes one bit of an integer. Profiles beyond the limit are merged into one with the lowest of their
 * levels.
 */
function asManyAsBits<T extends { levels: Levels; branches: ScopeBranch[] }>(groups: T[]): T[] {
  if (groups.length <= MAX_PROFILES) return groups;
  const rest = groups.slice(MAX_PROFILES - 1);
  const levels = combine(
    rest.map((g) => g.levels),
    narrowest,
  );
  return [
    ...groups.slice(0, MAX_PROFILES - 1),
    { ...rest[0]!, levels, branches: rest.flatMap((g) => g.branches) },
  ];
}

function combine(sets: Levels[], choose: (a: FieldLevel, b: FieldLevel) => FieldLevel): Levels {
  const [head, ...rest] = sets;
  if (!head) return new Map();
  return new Map(
    [...head].map(([field, level]) => [
      field,
      rest.reduce((sum, other) => choose(sum, other.get(field) ?? 'hidden'), level),
    ]),
  );
}

/** Returns the shares that apply to a subject and an action; null when none do. */
export function sharesOf(subject: Subject, action: string, snapshot: TenantSnapshot): RecordScope['shares'] {
  if (!subject.memberId || NEVER_SHARED.has(action)) return null;
  return {
    grantees: [subject.memberId, ...teamsOf(subject, snapshot)].sort(),
    access: READING.has(action) ? 'read' : 'edit',
  };
}

function mentionsTime(condition: Condition): boolean {
  if ('field' in condition) return isRelativeOperator(condition.op);
  if ('not' in condition) return mentionsTime(condition.not);
  return ('all' in condition ? condition.all : condition.any).some(mentionsTime);
}
