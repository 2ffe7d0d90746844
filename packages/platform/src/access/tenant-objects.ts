import type { CustomObjectDefinition, TenantSnapshot } from './access.types.js';

/** The objects that a tenant made and hasn't deleted, in the order in which it made them. */
export interface TenantObjects {
  readonly byKey: ReadonlyMap<string, CustomObjectDefinition>;
  readonly byPlural: ReadonlyMap<string, CustomObjectDefinition>;
}

const known = new WeakMap<TenantSnapshot['definitions'], TenantObjects>();

/** Returns the objects that a tenant made. It is the same instance until the tenant's definitions change. */
export function objectsOfTenant({ definitions }: Pick<TenantSnapshot, 'definitions'>): TenantObjects {
  let objects = known.get(definitions);
  if (!objects) {
    const living = [...definitions.values()].flatMap(({ object }) =>
      object && !object.isDeleted ? [object] : [],
    );
    living.sort((a, b) => a.number - b.number);
    objects = {
      byKey: new Map(living.map((object) => [object.name, object])),
      byPlural: new Map(living.map((object) => [object.plural, object])),
    };
    known.set(definitions, objects);
  }
  return objects;
}
