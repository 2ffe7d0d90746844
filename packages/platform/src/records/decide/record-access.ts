import { collectionOf, fieldOf, type RecordDescriptor, RecordRegistry } from '../describe/index.js';
import { clockOf } from './filter-context.js';
import { Ability } from '@casl/ability';
import { type Condition, compileEvaluator, isRelativeOperator } from '@pellucid/conditions';
import { Inject, Injectable } from '@nestjs/common';
import {
  AccessDirectory,
  type FieldLevel,
  grantsOf,
  narrowest,
  OBJECT_ACTIONS,
  type RoleDefinition,
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
  type Inheritance,
  type ObjectAccess,
  type OpeningLink,
  type RecordScope,
  type RecordView,
  type ScopeBranch,
  UNLIMITED,
} from './access-policy.js';
import { areSourcesClear } from './derived-values.js';
import { combine, type Levels, levelsOf } from './field-levels.js';
import { comparedReader, ownFields } from './scope-sql.js';

/** Actions for which access to read is enough; others that shares and links can allow require access to edit. */
const READING = new Set(['read', 'reveal', 'export']);
/** Actions that no share and no link allows: they dispose of the record itself, or need no existing record. */
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

/** Levels of an object's fields with the rules that follow from them. */
interface LevelRules {
  levels: Levels;
  rules: FieldRules;
}

/** What has been worked out from a snapshot. */
class WorkedOut {
  /** Held only as long as somebody else holds the subject: some are made up to ask one question. */
  readonly decisions = new WeakMap<Subject, Map<string, ObjectAccess>>();
  /** By role and object. */
  readonly roleLevels = new WeakMap<RoleDefinition, Map<string, Levels>>();
  /** By object and levels. Far fewer than decisions: people share roles, and actions share levels. */
  readonly rules = new Map<string, LevelRules>();
  /** By object. */
  readonly matchers = new Map<string, WeakMap<Condition, Matcher>>();
}

/** Returns the value of a key; if it has none yet, makes and keeps it. */
function kept<Key, Value>(
  values: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  let value = values.get(key);
  if (value === undefined) {
    value = make();
    values.set(key, value);
  }
  return value;
}

/** What a branch admits, in CASL's terms: the condition tree is the matcher. */
interface GrantConditions {
  branch: ScopeBranch;
  /** The scope's; null for an unlimited one, where a branch admits every record by itself. */
  shares: RecordScope['shares'];
  inherited: RecordScope['inherited'];
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
  private readonly workedOut = new WeakMap<TenantSnapshot, WorkedOut>();
  private readonly abilities = new WeakMap<
    ObjectAccess,
    Ability<[string, string | RecordView], GrantConditions>
  >();
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
    const decisions = kept(this.of(snapshot).decisions, who, () => new Map<string, ObjectAccess>());
    return kept(decisions, `${object}/${action}`, () => this.workOut(object, action, snapshot, who));
  }

  private of(snapshot: TenantSnapshot): WorkedOut {
    return kept(this.workedOut, snapshot, () => new WorkedOut());
  }

  admits(access: ObjectAccess, record: RecordView, snapshot: TenantSnapshot): boolean {
    if (access === UNLIMITED) return true;
    let ability = this.abilities.get(access);
    if (!ability) {
      const { shares, inherited } = access.scope ?? { shares: null, inherited: null };
      ability = new Ability<[string, string | RecordView], GrantConditions>(
        access.branches.map((branch) => ({
          action: 'do',
          subject: record.object,
          conditions: { branch, shares, inherited },
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
        !scope || scope.branches.some((branch) => this.matches({ ...scope, branch }, record, snapshot))
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
    const compiled = kept(this.of(snapshot).matchers, object, () => new WeakMap<Condition, Matcher>());
    let matcher = compiled.get(condition);
    if (!matcher) {
      const descriptor = this.registry.forTenant(object, snapshot);
      // Relative dates depend on the clock, so such a condition is compiled once per snapshot and second.
      matcher = compileEvaluator(condition, ownFields(descriptor), clockOf(snapshot));
      if (!mentionsTime(condition)) compiled.set(condition, matcher);
    }
    return matcher(comparedReader(this.registry.forTenant(object, snapshot), state));
  }

  private matches(
    { branch, shares, inherited }: GrantConditions,
    record: RecordView,
    snapshot: TenantSnapshot,
  ): boolean {
    const holds = (tree: Condition | undefined) =>
      !tree || this.holds(record.object, tree, record.state, snapshot);
    if (holds(branch.condition)) return true;
    if (shares && gives(record.shared, shares.access)) return true;
    return (
      inherited !== null && gives(record.linked, inherited.access) && holds(branch.grant.permission.condition)
    );
  }

  /** Returns by which links other records open those of an object; null if none do. */
  private inheritanceOf(
    descriptor: RecordDescriptor,
    action: string,
    snapshot: TenantSnapshot,
    subject: Subject,
  ): Inheritance | null {
    const access = levelToOpen(action);
    if (!access) return null;
    const links = descriptor.visibleThrough
      .filter(({ see }) => gives(see, access))
      .flatMap(({ field }) => {
        const f = descriptor.byKey.get(field)!;
        return this.registry.targetsOf(f, snapshot).flatMap((key): OpeningLink[] => {
          const parent = this.registry.forTenant(key, snapshot);
          if (access === 'edit' && !parent.operations.update) return [];
          const actions = access === 'edit' ? ['read', 'update'] : ['read'];
          const decisions = actions.map((each) => this.decide(key, each, snapshot, subject));
          if (decisions.some(({ allowed }) => !allowed)) return [];
          return [{ field: f, parent, scopes: decisions.flatMap(({ scope }) => scope ?? []) }];
        });
      });
    return links.length ? { access, links } : null;
  }

  private workOut(object: string, action: string, snapshot: TenantSnapshot, subject: Subject): ObjectAccess {
    const descriptor = this.registry.forTenant(object, snapshot);
    const branches = grantsOf(subject, object, action).map((grant): ScopeBranch => {
      const reach = scopeCondition(grant, subject, snapshot);
      return { grant, reach, condition: both(reach, grant.permission.condition) };
    });
    const shares = sharesOf(subject, action, snapshot);
    const inherited = branches.length ? this.inheritanceOf(descriptor, action, snapshot, subject) : null;
    const scopeOf = (some: ScopeBranch[]): RecordScope | undefined =>
      some.some((b) => !b.condition)
        ? undefined
        : { branches: some, shares: some.length ? shares : null, inherited: some.length ? inherited : null };

    const groups = new Map<string, { levels: Levels; branches: ScopeBranch[] }>();
    for (const branch of branches) {
      const levels = this.levelsOfRole(descriptor, branch.grant.role, snapshot);
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
    const sets = new Map<number, LevelRules>();
    const base = this.rulesAt(descriptor, strictest, snapshot);
    const at = (bits: number) => {
      if (!differ) return base;
      return kept(sets, bits, () => {
        const those = profiles.filter((p, n) => !p.scope || bits & (1 << n)).map((p) => p.levels);
        return those.length ? this.rulesAt(descriptor, combine(those, widest), snapshot) : base;
      });
    };
    return {
      allowed: branches.length > 0,
      scope: scopeOf(branches),
      branches,
      rules: base.rules,
      profiles: differ ? profiles.map((p) => p.scope) : null,
      rulesFor: (bits) => at(bits).rules,
      timeBound: isTimeBound({ branches, inherited }),
      levelFor: (bits, field) => at(bits).levels.get(field) ?? 'hidden',
      levelsText: (bits) => [...at(bits).levels].join(),
    };
  }

  private levelsOfRole(descriptor: RecordDescriptor, role: RoleDefinition, snapshot: TenantSnapshot): Levels {
    const ofRole = kept(this.of(snapshot).roleLevels, role, () => new Map<string, Levels>());
    return kept(ofRole, descriptor.key, () => levelsOf(descriptor, role, snapshot));
  }

  private rulesAt(descriptor: RecordDescriptor, levels: Levels, snapshot: TenantSnapshot): LevelRules {
    const key = `${descriptor.key}/${[...levels.values()].join()}`;
    const make = () => ({ levels, rules: this.rulesOf(descriptor, levels, snapshot) });
    return kept(this.of(snapshot).rules, key, make);
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

/**
 * Returns the access that a share or a linked record must give for an action; null for actions that only a role's own
 * scope allows.
 */
export function levelToOpen(action: string): 'read' | 'edit' | null {
  if (NEVER_SHARED.has(action)) return null;
  return READING.has(action) ? 'read' : 'edit';
}

/** Whether an access is enough for what needs the other. */
export const gives = (access: 'read' | 'edit' | null, needed: 'read' | 'edit'): boolean =>
  access === 'edit' || access === needed;

/** Returns the shares that apply to a subject and an action; null when none do. */
export function sharesOf(subject: Subject, action: string, snapshot: TenantSnapshot): RecordScope['shares'] {
  const access = levelToOpen(action);
  if (!subject.memberId || !access) return null;
  return { grantees: [subject.memberId, ...teamsOf(subject, snapshot)].sort(), access };
}

/** Whether a scope depends on the current time, by its own conditions or those of the records that open others. */
function isTimeBound({ branches, inherited }: Pick<RecordScope, 'branches' | 'inherited'>): boolean {
  return (
    branches.some((b) => b.condition && mentionsTime(b.condition)) ||
    (inherited?.links.some(({ scopes }) => scopes.some(isTimeBound)) ?? false)
  );
}

/** Whether a condition depends on the current time. */
export function mentionsTime(condition: Condition): boolean {
  if ('field' in condition) return isRelativeOperator(condition.op);
  if ('not' in condition) return mentionsTime(condition.not);
  if ('lines' in condition) return mentionsTime(condition.where);
  return ('all' in condition ? condition.all : condition.any).some(mentionsTime);
}
