import {
  type FieldLevel,
  grantsOf,
  type Permission,
  type RoleDefinition,
  type Subject,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import {
  allFieldsOf,
  fieldsDeciding,
  levelToOpen,
  type ObjectAccess,
  type RecordDescriptor,
  type RecordScope,
} from '@pellucid/platform/records';

/** Actions that create records, so there are no existing ones to count. */
export const MAKING = new Set(['create', 'import']);

/** Assigns numbers to permissions, so that sets of them can be compared cheaply. */
export class PermissionNumbers {
  private readonly known = new Map<Permission, number>();

  /** Returns a key of the permissions that let a subject do an action, and of the shares and links that allow it too. */
  wayOf(subject: Subject, object: string, action: string): string {
    const grants = grantsOf(subject, object, action).map(({ permission }) => {
      if (!this.known.has(permission)) this.known.set(permission, this.known.size);
      return this.known.get(permission);
    });
    return `${grants.join()}/${levelToOpen(action) ?? ''}`;
  }
}

/** Returns a text that describes a scope: equal texts reach the same records. */
export function reachText(access: ObjectAccess): string {
  if (!access.allowed) return 'none';
  if (!access.scope) return 'all';
  return scopeText(access.scope);
}

function scopeText({ branches, shares, inherited }: RecordScope): string {
  const distinct = (conditions: unknown[]) => [...new Set(conditions.map(canonical))].sort();
  const links = inherited?.links.map(({ field, parent, scopes }) => [
    field.key,
    parent.key,
    scopes.map(scopeText),
  ]);
  return JSON.stringify([
    distinct(branches.map((b) => b.condition)),
    shares,
    // Policies limit also what linked records open.
    links && [links, distinct(branches.map((b) => b.grant.permission.condition))],
  ]);
}

/**
 * Whether somebody sees everything by which linked records open others in a scope, so that a number of those tells them
 * nothing else.
 * @param sightOf returns what they see of an object
 */
export function seesLinks(
  { scope }: Pick<ObjectAccess, 'scope'>,
  object: string,
  sightOf: (object: string) => ObjectAccess,
): boolean {
  return (scope?.inherited?.links ?? []).every(({ field, parent, scopes }) => {
    const { allowed, scope: limit, rules } = sightOf(parent.key);
    return (
      sightOf(object).rules.canFilter(field.key) &&
      allowed &&
      !limit &&
      fieldsDeciding(scopes.flatMap(({ branches }) => branches)).every((key) => rules.canFilter(key)) &&
      scopes.every((within) => seesLinks({ scope: within }, parent.key, sightOf))
    );
  });
}

/**
 * Returns the same text for equal trees, whatever the order of their keys; the database stores keys in its own order.
 */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A field whose visibility changes. */
export interface FieldEffect {
  object: string;
  field: string;
  before: FieldLevel;
  after: FieldLevel;
}

/**
 * Returns the fields whose visibility changes, for objects that are visible before and after; the widest level over all
 * records counts.
 */
export function fieldEffects(
  object: RecordDescriptor,
  before: ObjectAccess,
  after: ObjectAccess,
): FieldEffect[] {
  if (!before.allowed || !after.allowed) return [];
  const level = (access: ObjectAccess, field: string) =>
    access.levelFor(2 ** (access.profiles?.length ?? 0) - 1, field);
  return [...allFieldsOf(object), ...object.lines]
    .map(({ key }) => ({
      object: object.key,
      field: key,
      before: level(before, key),
      after: level(after, key),
    }))
    .filter((effect) => effect.before !== effect.after);
}

/** Returns the system rights that are gained and lost. */
export function systemEffects(
  before: RoleDefinition[],
  after: RoleDefinition[],
): { gained: string[]; lost: string[] } {
  const all = (roles: RoleDefinition[]) => [...new Set(roles.flatMap((role) => role.system))];
  const [was, is] = [all(before), all(after)];
  const beyond = (some: string[], others: string[]) =>
    others.includes('*') ? [] : some.filter((right) => !others.includes(right)).sort();
  return { gained: beyond(is, was), lost: beyond(was, is) };
}

/** Whether the change would leave the company without an administrator. */
export function leavesNoAdmin(before: TenantSnapshot, after: TenantSnapshot): boolean {
  const hasAdmin = ({ members, roles }: TenantSnapshot) =>
    [...members.values()].some(
      (member) =>
        member.status === 'active' && member.roleIds.some((id) => roles.get(id)?.system.includes('*')),
    );
  return hasAdmin(before) && !hasAdmin(after);
}
