import { averageTenant } from '../../../db/average-tenant.js';
import { isLink, LruMap } from '@pellucid/conditions';
import type { Statement } from '../../../db/tenant-pool.js';
import type { ServerFieldType } from '../field-types/index.js';
import type { FieldStorage, FieldValues, SideTable } from './field-storage.js';

/** SQL types of stored values, which decide the column of `custom_index` that holds a copy. */
type StoredType = ServerFieldType['sqlType'];

/** The column of `custom_index` for each SQL type that can be indexed. */
const INDEX_COLUMNS: Partial<Record<StoredType, string>> = {
  text: 'text_value',
  bigint: 'int_value',
  date: 'day_value',
  timestamptz: 'time_value',
  uuid: 'id_value',
};

/** Whether values of a type can be copied to `custom_index`. Links have a table of their own. */
export const isIndexable = ({ sqlType, defaults, family }: ServerFieldType) =>
  INDEX_COLUMNS[sqlType] !== undefined && (defaults.filterable ?? true) && !isLink(family);

/** Copies of indexed values: written by one statement per write, however many fields are indexed. */
const CUSTOM_INDEX: SideTable = {
  write(tenantId, _object, values) {
    const changes = values.flatMap(({ field, changes }) => changes.map((change) => ({ field, ...change })));
    const gone = changes.filter((c) => c.before !== null && c.after === null);
    const held = changes.filter((c) => c.after !== null);
    const statements: Statement[] = [];
    if (gone.length)
      statements.push({
        text: `delete from custom_index i using unnest($2::uuid[], $3::uuid[]) as v(field_id, record_id)
                where i.tenant_id = ${averageTenant('$1')} and i.field_id = v.field_id and i.record_id = v.record_id`,
        values: [tenantId, gone.map((c) => c.field.custom!.id), gone.map((c) => c.id)],
      });
    if (held.length)
      statements.push({
        text: `insert into custom_index as i (tenant_id, field_id, record_id, ${COLUMNS.join(', ')})
               select tenant_id, field_id, record_id, ${COLUMNS.join(', ')} from json_populate_recordset(null::custom_index, $1::json)
               on conflict (tenant_id, field_id, record_id) do update set ${COLUMNS.map((c) => `${c} = excluded.${c}`).join(', ')}
                where (${COLUMNS.map((c) => `i.${c}`).join(', ')}) is distinct from (${COLUMNS.map((c) => `excluded.${c}`).join(', ')})`,
        values: [
          JSON.stringify(
            held.map(({ field, id, stored, norm }) => ({
              tenant_id: tenantId,
              field_id: field.custom!.id,
              record_id: id,
              [indexColumn(field)]: field.storage.norm ? norm : stored,
            })),
          ),
        ],
      });
    return statements;
  },
};

const COLUMNS = Object.values(INDEX_COLUMNS);

/** Bytes of a text that fit into an entry of an index, which takes 2,704 with the ids beside the text. */
const MAX_INDEXED_BYTES = 2_600;

const indexColumn = (field: FieldValues['field']) => INDEX_COLUMNS[field.traits.sqlType]!;

/**
 * The value of a field that a company defined: in the JSON column `custom` of the record's row, under the field's slot.
 * Texts have their compared form beside it if that differs. Values of indexed fields are copied to `custom_index`.
 * @param field id of the definition, a UUID, and its slot
 * @param isText whether values are compared in a normal form
 * @param copies whether values are copied to `custom_index`, if a column there can hold them. While the copies are `building`,
 *   writes make them, but filters and orders don't start from them yet
 */
export function customStorage(
  place: { id: string; slot: number },
  sqlType: StoredType,
  isText: boolean,
  copies: 'none' | 'building' | 'complete',
): FieldStorage {
  if (copies !== 'none') return storageAt(place, sqlType, isText, copies);
  const name = `${place.slot} ${sqlType} ${isText}`;
  let storage = shared.get(name);
  if (!storage) {
    storage = storageAt(place, sqlType, isText, copies);
    shared.set(name, storage);
  }
  return storage;
}

/** Storages of fields without copies. They depend on the slot only, so all companies share them. */
const shared = new LruMap<string, FieldStorage>(5_000);

function storageAt(
  { id, slot }: { id: string; slot: number },
  sqlType: StoredType,
  isText: boolean,
  copies: 'none' | 'building' | 'complete',
): FieldStorage {
  const key = String(slot);
  const normKey = `${key}n`;
  const json = (alias: string) => `${alias}.custom->>'${key}'`;
  const value = (alias: string) =>
    sqlType === 'text[]'
      ? `array(select jsonb_array_elements_text(${alias}.custom->'${key}'))`
      : sqlType === 'text'
        ? `(${json(alias)})`
        : `(${json(alias)})::${sqlType}`;
  const norm = isText
    ? (alias: string) => `coalesce(${alias}.custom->>'${normKey}', ${json(alias)}) collate "C"`
    : undefined;
  const compared = norm ?? value;
  const place = (row: Record<string, unknown>) => {
    row['custom'] ??= {};
    return row['custom'] as Record<string, unknown>;
  };
  const written = copies === 'none' ? undefined : INDEX_COLUMNS[sqlType];
  const column = copies === 'complete' ? written : undefined;
  return {
    columns: ['custom'],
    select: (alias) => `${alias}.custom`,
    pick: (custom: Record<string, unknown> | null) => custom?.[key],
    part: (alias) => `${alias}.custom->'${key}'`,
    carriesNames: false,
    value,
    ...(norm ? { norm } : {}),
    searchColumn: null,
    put(row, stored, normalised) {
      const custom = place(row);
      custom[key] = stored;
      if (isText) custom[normKey] = normalised === stored ? null : normalised;
    },
    ...(isText
      ? {
          putNorm(row: Record<string, unknown>, normalised: string | null, plain: unknown) {
            place(row)[normKey] = normalised === plain ? null : normalised;
          },
        }
      : {}),
    // Values of deleted definitions stay, so that a restored definition has its values again.
    merge: (given, held) =>
      held === null
        ? `coalesce(jsonb_strip_nulls(${given}), '{}')`
        : `jsonb_strip_nulls(${held} || coalesce(${given}, '{}'))`,
    ...(written ? { side: CUSTOM_INDEX, ...(isText ? { maxNormBytes: MAX_INDEXED_BYTES } : {}) } : {}),
    ...(column
      ? {
          among: (alias: string, test: (value: string) => string) =>
            `exists (select from custom_index i where i.tenant_id = ${alias}.tenant_id and i.field_id = '${id}' and i.record_id = ${alias}.id and ${test(`i.${column}`)})`,
          order: (alias: string, joined: string) => ({
            join: `left join custom_index ${joined} on ${joined}.tenant_id = ${alias}.tenant_id and ${joined}.field_id = '${id}' and ${joined}.record_id = ${alias}.id`,
            value: `${joined}.${column}`,
          }),
          holding: (joined: string, values: string, cast: string) => ({
            join: `join custom_index ${joined} on ${joined}.tenant_id = t.tenant_id and ${joined}.record_id = t.id`,
            where: `${joined}.field_id = '${id}' and ${joined}.${column} = any(${values}::${cast}[])`,
            value: `${joined}.${column}::text`,
          }),
        }
      : {
          holding: (_alias: string, values: string, cast: string) => ({
            join: '',
            where: `${compared('t')} = any(${values}::${cast}[])`,
            value: `${compared('t')}::text`,
          }),
        }),
    ...(column === 'id_value'
      ? {
          holdsOn: true,
          linked: (_record: string, link: string) => ({
            table: 'custom_index',
            where: `${link}.field_id = '${id}'`,
            record: `${link}.record_id`,
            target: `${link}.id_value`,
          }),
        }
      : { holdsOn: false }),
  };
}
