import { averageTenant } from '../../db/average-tenant.js';
import type { Statement } from '../../db/tenant-pool.js';
import {
  type FieldDescriptor,
  type LineCollection,
  linesIn,
  type OwnedLine,
  sameValue,
} from '../describe/index.js';
import type { WriteRow } from './write-row.js';

/** Returns the stored form of a line's value: sealed if the company encrypts the field. */
function storedInLine(f: FieldDescriptor, line: OwnedLine): unknown {
  const value = line[f.line!.name] ?? null;
  const stored = value === null ? null : f.traits.codec.toColumn(value, f);
  return f.cipher && typeof stored === 'string' ? f.cipher.seal(line.id, stored) : stored;
}

/** Returns a line as a row of its table. */
function rowOf(collection: LineCollection, tenantId: string, owner: string, line: OwnedLine) {
  const row: Record<string, unknown> = {
    tenant_id: tenantId,
    id: line.id,
    [collection.ownerColumn]: owner,
    position: line.position,
  };
  for (const f of collection.fields) f.storage.put(row, storedInLine(f, line), null);
  return row;
}

/** Returns the statements that bring the lines of records into the state that the rows say; none if no line changes. */
export function lineStatements(collection: LineCollection, tenantId: string, rows: WriteRow[]): Statement[] {
  const gone: string[] = [];
  const added: object[] = [];
  const changed: object[] = [];
  for (const row of rows) {
    const [before, after] = [linesIn(row.before?.state ?? {}, collection), linesIn(row.after, collection)];
    if (before === after) continue;
    const earlier = new Map(before.map((line) => [line.id, line]));
    for (const line of after) {
      const was = earlier.get(line.id);
      if (!was) added.push(rowOf(collection, tenantId, row.id, line));
      else if (!sameValue(was, line)) changed.push(rowOf(collection, tenantId, row.id, line));
      earlier.delete(line.id);
    }
    gone.push(...earlier.keys());
  }
  const { table, ownerColumn, fields } = collection;
  const columns = ['position', ...fields.flatMap((f) => f.storage.columns)];
  return [
    ...(gone.length
      ? [
          {
            text: `delete from ${table} where tenant_id = ${averageTenant('$1')} and id = any($2::uuid[])`,
            values: [tenantId, gone],
          },
        ]
      : []),
    ...(changed.length
      ? [
          {
            text: `update ${table} l set ${columns.map((c) => `${c} = r.${c}`).join(', ')}
                     from json_populate_recordset(null::${table}, $1::json) r
                    where l.tenant_id = r.tenant_id and l.id = r.id and l.${ownerColumn} = r.${ownerColumn}`,
            values: [JSON.stringify(changed)],
          },
        ]
      : []),
    ...(added.length
      ? [
          {
            text: `insert into ${table} (tenant_id, id, ${ownerColumn}, ${columns.join(', ')})
                   select tenant_id, id, ${ownerColumn}, ${columns.join(', ')}
                     from json_populate_recordset(null::${table}, $1::json)`,
            values: [JSON.stringify(added)],
          },
        ]
      : []),
  ];
}

/** Returns the statement that rewrites one field of the lines of records in the form that its description requires. */
export function restoreLineFieldStatement(
  collection: LineCollection,
  f: FieldDescriptor,
  tenantId: string,
  lines: OwnedLine[],
): Statement {
  const rows = lines.map((line) => {
    const row: Record<string, unknown> = { id: line.id };
    f.storage.put(row, storedInLine(f, line), null);
    return row;
  });
  return {
    text: `update ${collection.table} l set ${f.storage.columns.map((c) => `${c} = r.${c}`).join(', ')}
             from json_populate_recordset(null::${collection.table}, $2::json) r
            where l.tenant_id = ${averageTenant('$1')} and l.id = r.id`,
    values: [tenantId, JSON.stringify(rows)],
  };
}
