import { createHash } from 'node:crypto';
import { LruMap } from '@pellucid/conditions';
import type { CustomFieldDefinition, CustomObjectDefinition, FieldEncryption } from './access.types.js';

/** What a tenant defined about one object, by field. */
export interface ObjectDefinitions {
  /** SHA-256 of the content. */
  readonly version: string;
  /** Set for an object that the tenant made. */
  readonly object?: CustomObjectDefinition;
  /** Options that the tenant added to select fields. */
  readonly options: ReadonlyMap<string, { value: string; label: string }[]>;
  /** Fields that the tenant added, in order. */
  readonly customFields: readonly CustomFieldDefinition[];
  readonly encryption: ReadonlyMap<string, FieldEncryption>;
}

/** Rows of the tables that hold definitions, as {@link DEFINITION_QUERIES} select them. */
type Rows = Record<string, any>[];

/** Selects everything that a tenant defined. */
export const DEFINITION_QUERIES = [
  { text: 'select object, field, value, label from field_option order by object, field, position, label' },
  {
    text: `select object, field, state, key_ids, started_at from field_protection where kind = 'encryption'
            order by object, field`,
  },
  {
    text: `select id, object, name, label, type, slot, settings, deleted_at is not null as "isDeleted",
                   is_indexing as "isIndexing", conversion is not null as "isConverting" from custom_field
            order by object, position, id`,
  },
  {
    text: `select id, name, plural, number, label, plural_label as "pluralLabel", settings,
              deleted_at is not null as "isDeleted" from custom_object order by number`,
  },
];

/**
 * Keeps the definitions of tenants, by object. As long as an object's definitions do not change, they are the same
 * instance, whatever else about the tenant does: descriptions and read plans that hang on it are made once. A version that
 * is computed from the content can't be forgotten to be raised.
 */
export class DefinitionsCache {
  private readonly kept: LruMap<string, ReadonlyMap<string, ObjectDefinitions>>;

  /** @param maxTenants how many tenants' definitions are kept */
  constructor(maxTenants: number) {
    this.kept = new LruMap(maxTenants);
  }

  /**
   * Returns the definitions of the tenant's objects; objects without any are missing.
   * @param rows answers to {@link DEFINITION_QUERIES}
   */
  of(
    tenantId: string,
    [options, encryption, custom, objects]: Rows[],
  ): ReadonlyMap<string, ObjectDefinitions> {
    const content = new Map<string, DefinitionRows>();
    const at = (object: string) => {
      let own = content.get(object);
      if (!own) {
        own = { options: [], encryption: [], custom: [], objects: [] };
        content.set(object, own);
      }
      return own;
    };
    for (const row of options!) at(row['object']).options.push(row);
    for (const row of encryption!) at(row['object']).encryption.push(row);
    for (const row of custom!) at(row['object']).custom.push(row);
    for (const row of objects!) at(row['name']).objects.push(row);
    const earlier = this.kept.get(tenantId);
    const definitions = new Map(
      [...content].map(([object, own]) => {
        const version = createHash('sha256').update(JSON.stringify(own)).digest('base64');
        const known = earlier?.get(object);
        return [object, known?.version === version ? known : built(version, own)] as const;
      }),
    );
    this.kept.set(tenantId, definitions);
    return definitions;
  }
}

/** Rows about one object. `objects` is its own, if the tenant made it. */
type DefinitionRows = Record<'options' | 'encryption' | 'custom' | 'objects', Rows>;

function built(version: string, rows: DefinitionRows): ObjectDefinitions {
  const options = new Map<string, { value: string; label: string }[]>();
  for (const { field, value, label } of rows.options)
    options.set(field, [...(options.get(field) ?? []), { value, label }]);
  const [object] = rows.objects as CustomObjectDefinition[];
  return {
    version,
    ...(object ? { object } : {}),
    options,
    customFields: rows.custom as CustomFieldDefinition[],
    encryption: new Map(
      rows.encryption.map((row) => [
        row['field'],
        { state: row['state'], keyIds: row['key_ids'], since: new Date(row['started_at']).getTime() },
      ]),
    ),
  };
}
