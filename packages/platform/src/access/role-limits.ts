import { isDeepStrictEqual } from 'node:util';
import {
  FIELD_LEVELS,
  type FieldLevel,
  type Permission,
  type RoleRights,
  type Scope,
  SCOPES,
  type Subject,
} from './access.types.js';
import { fieldLevel, isAdministrator, permissionsFor, widest } from './permissions.js';

/** An object with its own verbs and the classes that the company gives its fields. */
export interface LimitedObject {
  key: string;
  verbs: string[];
  fields: { key: string; pii: string }[];
}

/**
 * Says what a role grants beyond what the subject has, as part of a sentence; undefined when it grants nothing more.
 * Rights are compared one by one: several narrower rights together do not count as the wider one.
 * @param of whoever assigns or widens the role. If their roles include the role as it was, only what widens it counts.
 */
export function excessOf(role: RoleRights, of: Subject, objects: LimitedObject[]): string | undefined {
  if (of.kind === 'system' || of.roles.some(isAdministrator)) return undefined;
  const right = role.system.find((name) => !of.roles.some((own) => own.system.includes(name)));
  if (right !== undefined) return right === '*' ? 'do everything' : right;
  const held = new Map(of.roles.map((own) => [own, spelledOut(own, objects)]));
  for (const wanted of spelledOut(role, objects)) {
    if (wanted.scope === 'none') continue;
    const having = of.roles.filter((own) => held.get(own)?.some((one) => covers(one, wanted)));
    if (!having.length) return `${wanted.action} ${wanted.object} (${wanted.scope})`.replaceAll('*', 'all');
    for (const object of objects.filter(({ key }) => wanted.object === '*' || wanted.object === key)) {
      const field = object.fields.find((f) => {
        const level = (given: RoleRights): FieldLevel => fieldLevel(given, object.key, f.key, f.pii).level;
        const own = having.map(level).reduce(widest);
        return FIELD_LEVELS.indexOf(level(role)) > FIELD_LEVELS.indexOf(own);
      });
      if (field) return `see or change the field ${object.key}.${field.key}`;
    }
  }
  return undefined;
}

/** Returns a role's permissions and adds those of the verbs that follow its right to update. */
function spelledOut(role: Pick<RoleRights, 'permissions'>, objects: LimitedObject[]): Permission[] {
  const followed = objects.flatMap(({ key, verbs }) =>
    verbs.flatMap((verb) =>
      permissionsFor(role, key, verb)
        .filter(({ action }) => action === 'update')
        .map((permission): Permission => ({ ...permission, object: key, action: verb })),
    ),
  );
  return [...role.permissions, ...followed];
}

function covers(held: Permission, wanted: Permission): boolean {
  return (
    (held.object === '*' || held.object === wanted.object) &&
    (held.action === '*' || held.action === wanted.action) &&
    reaches(held.scope, wanted.scope) &&
    (!held.condition || isDeepStrictEqual(held.condition, wanted.condition))
  );
}

/** Whether a scope covers all records of another. Neither of `legalEntity` and `teamAndBelow` covers the other. */
function reaches(held: Scope, wanted: Scope): boolean {
  if (held === wanted || held === 'all') return true;
  if (held === 'legalEntity' || wanted === 'legalEntity') return false;
  return SCOPES.indexOf(held) >= SCOPES.indexOf(wanted);
}
