import { isDeepStrictEqual } from 'node:util';
import type { FieldPermission, Permission, RoleRights } from './access.types.js';

/**
 * What is stored of a role's rights. For a built-in role that is how it differs from the product's definition: whatever the
 * company said about an action on an object, or about a field, replaces what the product says about it. All else follows the
 * product, so that rights on new objects need no migration. For a role that the company made, it is the whole role.
 */
export interface StoredRights extends RoleRights {
  removed: RemovedRights;
}

/** Rights of the product's definition that the company took out of a built-in role. */
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
      ...product.permissions.filter((p) => !said.some((place) => covers(place, p))),
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

/** Returns what to store of a role, so that {@link effectiveRights} gives the same rights. */
export function differencesFrom(rights: RoleRights, product: RoleRights = NOTHING): StoredRights {
  const places = [...rights.permissions, ...product.permissions].filter(
    (place, index, all) => all.findIndex((other) => isSamePlace(other, place)) === index,
  );
  const changed = places.filter(
    (place) => !isSameSet(at(rights.permissions, place), at(product.permissions, place)),
  );
  // A change at `*` replaces everything beneath it, so that what stays there is stored too.
  const replaced = places.filter(
    (place) => changed.includes(place) || changed.some((other) => covers(other, place)),
  );
  const fields = [...rights.fields, ...product.fields].filter((place, index, all) => {
    const isFirst = all.findIndex((other) => isSameField(other, place)) === index;
    const of = (list: FieldPermission[]) => list.find((other) => isSameField(other, place))?.access;
    return isFirst && of(rights.fields) !== of(product.fields);
  });
  const isKept = (place: Place) => at(rights.permissions, place).length > 0;
  const removed: RemovedRights = {
    permissions: replaced.filter((place) => !isKept(place)).map(({ object, action }) => ({ object, action })),
    system: product.system.filter((right) => !rights.system.includes(right)),
    fields: fields
      .filter((place) => !rights.fields.includes(place))
      .map(({ object, field }) => ({ object, field })),
  };
  return {
    permissions: rights.permissions.filter((p) => replaced.some((place) => isSamePlace(place, p))),
    system: rights.system.filter((right) => !product.system.includes(right)),
    fields: fields.filter((place) => rights.fields.includes(place)),
    removed: Object.fromEntries(Object.entries(removed).filter(([, list]) => list.length)),
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

const at = (permissions: Permission[], place: Place) => permissions.filter((p) => isSamePlace(p, place));

function isSameSet(a: Permission[], b: Permission[]): boolean {
  const isIn = (list: Permission[]) => (p: Permission) => list.some((other) => isDeepStrictEqual(other, p));
  return a.every(isIn(b)) && b.every(isIn(a));
}
