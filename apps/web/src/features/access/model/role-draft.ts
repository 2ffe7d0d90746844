import type { Condition } from '@pellucid/conditions';
import type { Role } from '@/lib/roles';

/**
 * Scopes of a right, narrow to wide. A legal entity is neither wider nor narrower than a team; it comes after the
 * teams.
 */
export const SCOPES = ['none', 'own', 'team', 'teamAndBelow', 'legalEntity', 'all'] as const;
export type Scope = (typeof SCOPES)[number];

/** Levels of a field, highest first, as offered for choice. */
export const LEVELS = ['edit', 'view', 'mask', 'hidden'] as const;
export type Level = (typeof LEVELS)[number];

/** Actions of every object, in display order. `*` means all of them and the object's own. */
export const ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'assign',
  'bulk',
  'import',
  'export',
  'reveal',
] as const;
export const EVERY = '*';
/** Chosen instead of a scope: the verb has the scope of the right to change records. */
export const FOLLOW = 'follow';

/** Whether it is an object's own action. These follow the right to change records unless set apart. */
export function isVerb(action: string): boolean {
  return action !== EVERY && !(ACTIONS as readonly string[]).includes(action);
}

/** Company-wide rights. */
export const SYSTEM_RIGHTS = [
  'manageUsers',
  'manageRoles',
  'manageFields',
  'manageImports',
  'manageViews',
  'manageAssignment',
  'overrideDuplicates',
  'manageIntegrations',
  'viewAudit',
  'erasePersonalData',
  'detokenise',
  'manageSettings',
  'manageJobs',
] as const;

/** One permission by which a role allows an action. */
export interface Way {
  object: string;
  action: string;
  scope: Scope;
  condition?: Condition;
  preset?: Record<string, unknown>;
}

export interface FieldRight {
  object: string;
  field: string;
  access: Level;
}

/** A role as edited. */
export interface RoleDraft {
  name: string;
  description: string;
  permissions: Way[];
  system: string[];
  fields: FieldRight[];
}

/** The editable parts of a role. */
export function draftOf(role: Role): RoleDraft {
  const { name, description, system, fields } = role;
  return { name, description, permissions: role.permissions as Way[], system, fields };
}

/** What a cell of the matrix shows. */
export interface Cell {
  /** Permissions for exactly this object and action. */
  ways: Way[];
  /** The widest scope among them. */
  own: Scope;
  /** The widest scope from permissions for every action or every object. */
  inherited: Scope;
  /** The effective scope: the wider of both. */
  scope: Scope;
  /** Whether a permission has a condition or presets. */
  isRefined: boolean;
  /** For a verb: whether it follows the right to change records, because the role doesn't list it. */
  follows?: boolean;
}

/** The wider of two scopes. */
export function wider(a: Scope, b: Scope): Scope {
  return SCOPES.indexOf(a) >= SCOPES.indexOf(b) ? a : b;
}

/** What the matrix shows for an object and an action; `*` stands for all. */
export function cellOf(draft: RoleDraft, object: string, action: string): Cell {
  const ways = draft.permissions.filter((way) => way.object === object && way.action === action);
  const widest = (some: Way[]) => some.map(({ scope }) => scope).reduce(wider, 'none');
  const own = widest(ways);
  const covering = draft.permissions.filter((way) => way.object === EVERY || way.object === object);
  const follows = isVerb(action) && !covering.some((way) => way.action === action);
  const inherited = widest(
    covering.filter(
      (way) =>
        !ways.includes(way) &&
        (way.action === EVERY || way.action === action || (follows && way.action === 'update')),
    ),
  );
  return {
    ways,
    own,
    inherited,
    scope: wider(own, inherited),
    isRefined: ways.some(({ condition, preset }) => condition !== undefined || preset !== undefined),
    ...(isVerb(action) ? { follows } : {}),
  };
}

/**
 * Gives the action exactly this scope. If there are several permissions, changes the widest one. Conditions and presets
 * stay.
 */
export function withScope(
  draft: RoleDraft,
  object: string,
  action: string,
  scope: Scope | typeof FOLLOW,
): RoleDraft {
  const { ways, own } = cellOf(draft, object, action);
  // A verb without a scope must be listed, because otherwise it would follow.
  if (scope === FOLLOW || (scope === 'none' && !isVerb(action)))
    return { ...draft, permissions: draft.permissions.filter((way) => !ways.includes(way)) };
  const [first] = ways.filter((way) => way.scope === own);
  if (!first) return { ...draft, permissions: [...draft.permissions, { object, action, scope }] };
  return withWay(draft, first, { ...first, scope });
}

/** Replaces or removes a permission. */
export function withWay(draft: RoleDraft, way: Way, next: Way | undefined): RoleDraft {
  return {
    ...draft,
    permissions: draft.permissions.flatMap((each) => (each === way ? (next ? [next] : []) : [each])),
  };
}

/** A role's level for a field, set for the field itself, for all fields of the object, or by the field's class. */
export interface FieldStand {
  level: Level;
  source: 'field' | 'object' | 'class';
}

/** The level of a field, by its class, in a role that sets none. */
export function levelOfClass(pii: string | undefined): Level {
  return pii === 'secret' ? 'hidden' : pii === 'sensitive' ? 'mask' : 'edit';
}

/**
 * A role's level for a field, and where it comes from. In: `pii`, the field's class. Administrators have every right.
 */
export function standOf(
  draft: RoleDraft,
  object: string,
  field: string,
  pii: string | undefined,
): FieldStand {
  if (draft.system.includes(EVERY)) return { level: 'edit', source: 'class' };
  const said = (key: string) => draft.fields.find((f) => f.object === object && f.field === key)?.access;
  const own = said(field);
  if (own) return { level: own, source: 'field' };
  const all = said(EVERY);
  return all ? { level: all, source: 'object' } : { level: levelOfClass(pii), source: 'class' };
}

/** Sets a field's level. Undefined leaves it to the object or the class. */
export function withLevel(
  draft: RoleDraft,
  object: string,
  field: string,
  access: Level | undefined,
): RoleDraft {
  const others = draft.fields.filter((f) => !(f.object === object && f.field === field));
  return { ...draft, fields: access ? [...others, { object, field, access }] : others };
}

/** Adds or removes a company-wide right. */
export function withRight(draft: RoleDraft, right: string, isGiven: boolean): RoleDraft {
  const others = draft.system.filter((each) => each !== right);
  return { ...draft, system: isGiven ? [...others, right] : others };
}

/** The same text for any order of keys, since the API returns them in the database's order. */
const canonical = (item: unknown) =>
  JSON.stringify(item, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** The same result for any order of entries. */
const sorted = (items: unknown[]) => items.map(canonical).sort();

/** The number of entries in one list that the other lacks, counting repetitions. */
function beyond(items: unknown[], others: unknown[]): number {
  const left = sorted(others);
  return sorted(items).filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  }).length;
}

/** The number of changes. */
export function changeCount(before: RoleDraft, after: RoleDraft): number {
  const lists = (['permissions', 'system', 'fields'] as const).map((key) =>
    Math.max(beyond(before[key], after[key]), beyond(after[key], before[key])),
  );
  const texts = (['name', 'description'] as const).filter((key) => before[key] !== after[key].trim()).length;
  return lists.reduce((sum, n) => sum + n, texts);
}

/** The parts that differ, which must be sent. */
export function changesOf(before: RoleDraft, after: RoleDraft): Partial<RoleDraft> {
  const changes: Partial<RoleDraft> = {};
  if (before.name !== after.name.trim()) changes.name = after.name.trim();
  if (before.description !== after.description.trim()) changes.description = after.description.trim();
  const differs = (key: 'permissions' | 'system' | 'fields') =>
    beyond(before[key], after[key]) + beyond(after[key], before[key]) > 0;
  if (differs('permissions')) changes.permissions = after.permissions;
  if (differs('system')) changes.system = after.system;
  if (differs('fields')) changes.fields = after.fields;
  return changes;
}
