import { isDeepStrictEqual } from 'node:util';
import { type FieldPermission, OBJECT_ACTIONS, type Permission, type RoleRights } from './access.types.js';

/**
 * What is stored of a role's rights. For a built-in role that is how it differs from the product's definition: whatever the
 * company said about an action on an object, or about a field, replaces what the product says about it. All else follows the
 * product, so that rights on new objects need no migration. For a role that the company made, it is the whole role.
 */
export interface StoredRights extends RoleRights {
  removed: RemovedRights;
}

/**
 * Rights of the product's definition that the company took out of a built-in role, or narrowed. They stay out when the
 * product defines them as part of "every action".
 */
export interface RemovedRights {
  permissions?: Pick<Permission, 'object' | 'action'>[];
  system?: string[];
  fields?: Pick<FieldPermission, 'object' | 'field'>[];
}

type Place = Pick<Permission, 'object' | 'action'>;

const NOTHING: RoleRights = { permissions: [], system: [], fields: [] };

/** Returns the rights that a stored role has. @param product what the product defines, for built-in roles */
export function effectiveRights(stored: StoredRights, product: RoleRights = NOTHING): RoleRights {
  const { removed } = stored;
  const said = [...stored.permissions, ...(removed.permissions ?? [])];
  const fields = [...stored.fields, ...(removed.fields ?? [])];
  return {
    permissions: [
      ...product.permissions
        .filter((p) => !said.some((place) => covers(place, p)))
        .flatMap((p) => withoutActions(p, removed.permissions ?? [])),
      ...stored.permissions,
    ],
    system: [
      ...product.system.filter((right) => !removed.system?.includes(right)),
      ...stored.system.filter((right) => !product.system.includes(right)),
    ],
    fields: [
      ...product.fields.filter((f) => !fields.some((place) => isSameField(place, f))),
      ...stored.fields,
    ],
  };
}

/**
 * Returns what to store of a role, so that {@link effectiveRights} gives the same rights.
 * @param before what the company had removed. That stays removed if the rights still lack it, even while the product does
 *   not define it, so that it does not come back with a later product.
 */
export function differencesFrom(
  rights: RoleRights,
  product: RoleRights = NOTHING,
  before: RemovedRights = {},
): StoredRights {
  const places = [...rights.permissions, ...product.permissions].filter(
    (place, index, all) => all.findIndex((other) => isSamePlace(other, place)) === index,
  );
  const [held, defined] = [rights, product].map(({ permissions }) => permissions) as [
    Permission[],
    Permission[],
  ];
  const changed = places.filter((place) => !isSameSet(at(held, place), at(defined, place)));
  const narrowed = changed.filter((place) => !isSubset(at(defined, place), at(held, place)));
  const awaited = (before.permissions ?? []).filter(
    (place) => !places.some((other) => isSamePlace(other, place)),
  );
  const removed = [...narrowed, ...awaited];
  const words = [
    ...changed,
    ...awaited,
    ...places.filter((p) => removed.some((place) => isPartOf(place, p))),
  ];
  // A change at `*` replaces everything beneath it, so that what stays there is stored too.
  const replaced = places.filter((place) => words.some((word) => covers(word, place)));
  const fields = [...rights.fields, ...product.fields].filter((place, index, all) => {
    const isFirst = all.findIndex((other) => isSameField(other, place)) === index;
    const of = (list: FieldPermission[]) => list.find((other) => isSameField(other, place))?.access;
    return isFirst && of(rights.fields) !== of(product.fields);
  });
  const lists: RemovedRights = {
    permissions: removed.map(({ object, action }) => ({ object, action })),
    system: [...new Set([...product.system, ...(before.system ?? [])])].filter(
      (right) => !rights.system.includes(right),
    ),
    fields: [
      ...fields.filter((place) => !rights.fields.includes(place)),
      ...(before.fields ?? []).filter(
        (place) => ![...rights.fields, ...product.fields].some((other) => isSameField(other, place)),
      ),
    ].map(({ object, field }) => ({ object, field })),
  };
  return {
    permissions: held.filter((p) => replaced.some((place) => isSamePlace(place, p))),
    system: rights.system.filter((right) => !product.system.includes(right)),
    fields: fields.filter((place) => rights.fields.includes(place)),
    removed: Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length)),
  };
}

/** Whether a built-in role's rights are just what the product defines. */
export function isUnchanged(stored: StoredRights): boolean {
  const { permissions, system, fields, removed } = stored;
  return [permissions, system, fields, ...Object.values(removed)].every((list) => !list?.length);
}

const isSamePlace = (a: Place, b: Place) => a.object === b.object && a.action === b.action;

const isSameField = (a: RemovedField, b: RemovedField) => a.object === b.object && a.field === b.field;

type RemovedField = Pick<FieldPermission, 'object' | 'field'>;

/** Whether what a company said at a place replaces what the product says at another. */
function covers(said: Place, product: Place): boolean {
  return (
    (said.object === '*' || said.object === product.object) &&
    (said.action === '*' || said.action === product.action)
  );
}

/** Whether a place names one of the actions that a permission for every action contains. */
const isPartOf = (place: Place, whole: Place) =>
  whole.action === '*' && place.action !== '*' && covers({ ...place, action: '*' }, whole);

/** Returns the permission, spelled out by action if some of its actions are removed. Verbs then follow `update`. */
function withoutActions(permission: Permission, removed: Place[]): Permission[] {
  const parts = removed.filter((place) => isPartOf(place, permission));
  if (!parts.length) return [permission];
  return OBJECT_ACTIONS.filter((action) => !parts.some((place) => place.action === action)).map((action) => ({
    ...permission,
    action,
  }));
}

const at = (permissions: Permission[], place: Place) => permissions.filter((p) => isSamePlace(p, place));

const isSubset = (a: Permission[], b: Permission[]) =>
  a.every((p) => b.some((other) => isDeepStrictEqual(other, p)));

const isSameSet = (a: Permission[], b: Permission[]) => isSubset(a, b) && isSubset(b, a);
