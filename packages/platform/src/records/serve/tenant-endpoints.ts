import type { TenantSnapshot } from '../../access/index.js';
import type { EndpointSpec } from '../../http/endpoint.js';
import type { ReplacedSchemas } from '../../http/index.js';
import type { RecordRegistry } from '../describe/index.js';
import { customObjectEndpoints } from './record-controller.js';
import { recordSchemas } from './record-schemas.js';

type Replaced = NonNullable<ReturnType<ReplacedSchemas['get']>>;

/**
 * Returns what a tenant's definitions add to the API document: the endpoints of its own objects, and the schemas of the
 * product's objects with the fields that it added. They depend on the definitions only.
 */
export function tenantEndpoints(
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
): { endpoints: EndpointSpec[]; replaced: ReplacedSchemas } {
  const objects = registry.allForTenant(snapshot);
  const extended = objects.filter((d) => !d.isCustom && d.fields.some((f) => f.custom));
  return {
    endpoints: objects.filter((d) => d.isCustom).flatMap(customObjectEndpoints),
    replaced: new Map<string, Replaced>(
      extended.flatMap((d): [string, Replaced][] => {
        const { record, create, update } = recordSchemas(d);
        const named = (schema: typeof record) => (schema.meta() as { id: string }).id;
        return [
          [named(record), { schema: record, io: 'output' }],
          [named(create), { schema: create, io: 'input' }],
          [named(update), { schema: update, io: 'input' }],
        ];
      }),
    ),
  };
}
