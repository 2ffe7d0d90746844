import type { Condition } from '@pellucid/conditions';
import type {
  FieldLevel,
  Permission,
  RoleDefinition,
  RoleRights,
  Subject,
  TenantSnapshot,
} from './access.types.js';
import { FIELD_LEVELS, OBJECT_ACTIONS } from './access.types.js';

/** A permission that a subject has through one of its roles. */
export interface Grant {
  role: RoleDefinition;
  permission: Permission;
}

const ACTIONS: ReadonlySet<string> = new Set(OBJECT_ACTIONS);

/**
 * Returns a role's permissions for an action on an object, including those with the scope `none`. An object's own verbs
 * (win, convert) follow the right to update the record. If the role names the verb, only what it says about the verb
 * counts.
 */
export function permissionsFor(
  role: Pick<RoleRights, 'permissions'>,
  object: string,
  action: string,
): Permission[] {
  const covering = role.permissions.filter((p) => p.object === '*' || p.object === object);
  const said = covering.filter((p) => p.action === '*' || p.action === action);
  if (ACTIONS.has(action) || said.some((p) => p.action === action)) return said;
  return [...said, ...covering.filter((p) => p.action === 'update')];
}

/**
 * Returns the permissions of the subject's roles that cover the action on the object, in any scope other than `none`.
 */
export function grantsOf(subject: Subject, object: string, action: string): Grant[] {
  return subject.roles.flatMap((role) =>
    permissionsFor(role, object, action)
      .filter(({ scope }) => scope !== 'none')
      .map((permission) => ({ role, permission })),
  );
}

/**
 * Whether the subject may do the action with at least one record of the object. The product itself may do everything.
 */
export function permits(subject: Subject, object: string, action: string): boolean {
  return (
    subject.kind === 'system' ||
    subject.roles.some((role) => permissionsFor(role, object, action).some(({ scope }) => scope !== 'none'))
  );
}

/** Whether a role grants everything. Nothing can be withheld from such a role, and it cannot be changed. */
export const isAdministrator = (role: Pick<RoleRights, 'system'>) => role.system.includes('*');

/** Returns the teams that the scope `team` covers for a subject: their own and those they manage. */
export function teamsOf(subject: Subject, snapshot: TenantSnapshot): string[] {
  const managed = subject.memberId
    ? [...snapshot.teams.values()].filter((t) => t.managerId === subject.memberId).map((t) => t.id)
    : [];
  return [...new Set([...(subject.teamId ? [subject.teamId] : []), ...managed])];
}

/** Returns the given teams and all teams beneath them. */
export function withTeamsBelow(teamIds: string[], snapshot: TenantSnapshot): string[] {
  const children = new Map<string, string[]>();
  for (const team of snapshot.teams.values())
    if (team.parentId) children.set(team.parentId, [...(children.get(team.parentId) ?? []), team.id]);
  const found = new Set<string>();
  const open = [...teamIds];
  for (let id = open.pop(); id; id = open.pop())
    if (!found.has(id)) {
      found.add(id);
      open.push(...(children.get(id) ?? []));
    }
  return [...found];
}

const NOTHING: Condition = { any: [] };

/**
 * Returns the records that a grant covers, as a condition on the record's own fields (`owner`, `legalEntity`).
 * @returns undefined when it covers all records
 */
export function scopeCondition(
  grant: Grant,
  subject: Subject,
  snapshot: TenantSnapshot,
): Condition | undefined {
  const owners = (ids: string[]): Condition =>
    ids.length ? { field: 'owner', op: 'in', value: [...new Set(ids)].sort() } : NOTHING;
  const self = subject.memberId ? [subject.memberId] : [];
  const membersOf = (teams: string[]) => teams.flatMap((id) => snapshot.teamMembers.get(id) ?? []);
  switch (grant.permission.scope) {
    case 'all':
      return undefined;
    case 'own':
      return owners(self);
    case 'team':
      return owners([...self, ...membersOf(teamsOf(subject, snapshot))]);
    case 'teamAndBelow':
      return owners([...self, ...membersOf(withTeamsBelow(teamsOf(subject, snapshot), snapshot))]);
    case 'legalEntity':
      return subject.legalEntityIds.length
        ? { field: 'legalEntity', op: 'in', value: [...subject.legalEntityIds].sort() }
        : NOTHING;
    default:
      return NOTHING;
  }
}

/** The wider of two levels: the most permissive one applies. */
export function widest(a: FieldLevel, b: FieldLevel): FieldLevel {
  return FIELD_LEVELS.indexOf(a) >= FIELD_LEVELS.indexOf(b) ? a : b;
}

/** The narrower of two levels. */
export function narrowest(a: FieldLevel, b: FieldLevel): FieldLevel {
  return FIELD_LEVELS.indexOf(a) <= FIELD_LEVELS.indexOf(b) ? a : b;
}

/**
 * Returns a role's access to a field: what it says about the field, else about all fields of the object, else the
 * default of the field's class (sensitive fields are masked and secret ones hidden until a role says otherwise).
 */
export function fieldLevel(
  role: RoleRights,
  object: string,
  field: string,
  pii: string,
): { level: FieldLevel; source: 'administrator' | 'field' | 'object' | 'class' } {
  if (isAdministrator(role)) return { level: 'edit', source: 'administrator' };
  const said = (key: string) => role.fields.find((f) => f.object === object && f.field === key)?.access;
  const own = said(field);
  if (own) return { level: own, source: 'field' };
  const all = said('*');
  if (all) return { level: all, source: 'object' };
  return { level: pii === 'secret' ? 'hidden' : pii === 'sensitive' ? 'mask' : 'edit', source: 'class' };
}

/** Whether the subject has the system permission. */
export const hasSystem = (subject: Subject, permission: string): boolean =>
  subject.kind === 'system' ||
  subject.roles.some(({ system }) => system.includes(permission) || system.includes('*'));
