import {
  type FieldLevel,
  grantsOf,
  type Permission,
  type RoleDefinition,
  type Subject,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import { type ObjectAccess, type RecordDescriptor, sharesOf } from '@pellucid/platform/records';

/** Actions that make records, so that there are none to count. */
export const MAKING = new Set(['create', 'import']);

/** Numbers the permissions it is shown, so that sets of them can be told apart cheaply. */
export class PermissionNumbers {
  private readonly known = new Map<Permission, number>();

  /** The permissions by which a subject does an action, and the shares that count for it. */
  wayOf(subject: Subject, object: string, action: string, snapshot: TenantSnapshot): string {
    const grants = grantsOf(subject, object, action).map(({ permission }) => {
      if (!this.known.has(permission)) this.known.set(permission, this.known.size);
      return this.known.get(permission);
    });
    return `${grants.join()}/${sharesOf(subject, action, snapshot)?.access ?? ''}`;
  }
}

/** What a reach is made of: equal texts reach the same records. */
export function reachText(access: ObjectAccess): string {
  if (!access.allowed) return 'none';
  if (!access.scope) return 'all';
  const ways = access.scope.branches.map((branch) => canonical(branch.condition)).sort();
  return JSON.stringify([[...new Set(ways)], access.scope.shares]);
}

/** The same text for the same tree, in whatever order its keys came: the database keeps its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A field that is seen differently. */
export interface FieldEffect {
  object: string;
  field: string;
  before: FieldLevel;
  after: FieldLevel;
}

/** Fields that are seen differently where the object is seen before and after; the widest level of any record counts. */
export function fieldEffects(
  object: RecordDescriptor,
  before: ObjectAccess,
  after: ObjectAccess,
): FieldEffect[] {
  if (!before.allowed || !after.allowed) return [];
  const level = (access: ObjectAccess, field: string) =>
    access.levelFor(2 ** (access.profiles?.length ?? 0) - 1, field);
  return object.fields
    .map(({ key }) => ({
      object: object.key,
      field: key,
      before: level(before, key),
      after: level(after, key),
    }))
    .filter((effect) => effect.before !== effect.after);
}

/** Rights over the company that come and go. */
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

/** Whether a company without other administrators would lose its last by the change. */
export function leavesNoAdmin(before: TenantSnapshot, after: TenantSnapshot): boolean {
  const hasAdmin = ({ members, roles }: TenantSnapshot) =>
    [...members.values()].some(
      (member) =>
        member.status === 'active' && member.roleIds.some((id) => roles.get(id)?.system.includes('*')),
    );
  return hasAdmin(before) && !hasAdmin(after);
}
