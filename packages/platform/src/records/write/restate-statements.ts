/** Rewrites how values of records are stored. Versions stay and no event is written, since the records do not change. */
import { averageTenant } from '../../db/average-tenant.js';
import type { Statement } from '../../db/tenant-pool.js';
import {
  andInPart,
  collectionOf,
  type FieldDescriptor,
  linesIn,
  normOf,
  type RecordDescriptor,
} from '../describe/index.js';
import type { LoadedRecord } from '../read/index.js';
import { restoreLineFieldStatement } from './line-statements.js';
import { contentOf, planOf, putValue, searchNorm, storedForms, storedNorm } from './write-statements.js';

/**
 * Returns the statements that rewrite one field of records in the form that its description requires (sealed or plain),
 * including their names and search texts; for a field of lines, of all their lines.
 */
export function restoreFieldStatements(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  tenantId: string,
  records: LoadedRecord[],
): Statement[] {
  const lines = f.line && collectionOf(descriptor, f.line.collection);
  if (lines) {
    const all = records.flatMap((record) => linesIn(record.state, lines));
    return [restoreLineFieldStatement(lines, f, tenantId, all)];
  }
  const { searchable, stored } = planOf(descriptor);
  const json = records.map((record) => {
    const displayName = descriptor.displayName(record.state, record.names).slice(0, 500);
    const displayNorm = normOf(displayName)!;
    const out: Record<string, unknown> = {
      id: record.id,
      display_name: displayName,
      display_norm: displayNorm,
      search_norm: searchNorm(searchable, record.state, displayNorm),
    };
    putValue(out, f, record.id, record.state[f.key] ?? null);
    return out;
  });
  const columns = ['display_name', 'display_norm', 'search_norm', ...f.storage.columns];
  return [
    {
      text: `update ${descriptor.table} t set ${columns.map((c) => `${c} = ${contentOf(stored, c, 't')}`).join(', ')}
             from json_populate_recordset(null::${descriptor.table}, $2::json) as r
            where t.tenant_id = ${averageTenant('$1')} and t.id = r.id${andInPart(descriptor, 't')}`,
      values: [tenantId, JSON.stringify(json)],
    },
    ...copies(descriptor, [f], tenantId, records),
  ];
}

/** Returns the statements that recompute the names of records, after the rule for names has changed. */
export function restateNamesStatements(
  descriptor: RecordDescriptor,
  tenantId: string,
  records: LoadedRecord[],
): Statement[] {
  const { searchable } = planOf(descriptor);
  const json = records.map(({ id, state, names }) => {
    const displayName = descriptor.displayName(state, names).slice(0, 500);
    const displayNorm = normOf(displayName)!;
    const searched = searchNorm(searchable, state, displayNorm);
    return { id, display_name: displayName, display_norm: displayNorm, search_norm: searched };
  });
  return [
    {
      text: `update ${descriptor.table} t set display_name = r.display_name, display_norm = r.display_norm, search_norm = r.search_norm
             from json_populate_recordset(null::${descriptor.table}, $2::json) as r
            where t.tenant_id = ${averageTenant('$1')} and t.id = r.id${andInPart(descriptor, 't')}
              and t.display_name is distinct from r.display_name`,
      values: [tenantId, JSON.stringify(json)],
    },
  ];
}

/**
 * Returns the statements that recompute the forms in which texts of records are compared and found. Rows with the
 * current forms are left alone.
 */
export function restateTextsStatements(
  descriptor: RecordDescriptor,
  tenantId: string,
  records: LoadedRecord[],
): Statement[] {
  const { stored, searchable } = planOf(descriptor);
  const compared = stored.filter((f) => f.storage.putNorm);
  const json = records.map((record) => {
    const displayNorm = normOf(record.displayName)!;
    const out: Record<string, unknown> = {
      id: record.id,
      display_norm: displayNorm,
      search_norm: searchNorm(searchable, record.state, displayNorm),
    };
    for (const f of compared) {
      const value = record.state[f.key] ?? null;
      f.storage.putNorm!(out, storedNorm(f, value), value);
    }
    return out;
  });
  const columns = [...new Set(['display_norm', 'search_norm', ...json.flatMap((row) => Object.keys(row))])];
  const written = columns.filter((c) => c !== 'id');
  const contents = written.map((c) => contentOf(stored, c, 't'));
  return [
    {
      text: `update ${descriptor.table} t set ${written.map((c, n) => `${c} = ${contents[n]}`).join(', ')}
             from json_populate_recordset(null::${descriptor.table}, $2::json) as r
            where t.tenant_id = ${averageTenant('$1')} and t.id = r.id${andInPart(descriptor, 't')}
              and (${written.map((c) => `t.${c}`).join(', ')}) is distinct from (${contents.join(', ')})`,
      values: [tenantId, JSON.stringify(json)],
    },
    ...copies(descriptor, compared, tenantId, records),
  ];
}

/**
 * Returns the statements that empty fields of records, whatever their values are. For fields that the engine no longer
 * reads or writes, since the company deleted them.
 */
export function emptyFieldStatements(
  descriptor: RecordDescriptor,
  fields: FieldDescriptor[],
  tenantId: string,
  ids: string[],
): Statement[] {
  const elsewhere = fields.flatMap((f) => f.storage.clear?.(tenantId, ids) ?? []);
  const inRow = fields.filter((f) => f.storage.columns.length);
  return [...elsewhere, ...emptyInRow(descriptor, inRow, tenantId, ids)];
}

/**
 * Returns the statement that stores values of a field in the records' own rows, without copies in other tables. The field need
 * not be one of the description's.
 */
export function putFieldStatement(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  tenantId: string,
  values: { id: string; value: unknown }[],
): Statement {
  return putStatement(
    descriptor,
    [f],
    tenantId,
    values.map(({ id, value }) => {
      const out: Record<string, unknown> = { id };
      putValue(out, f, id, value);
      return out;
    }),
  );
}

function putStatement(
  descriptor: RecordDescriptor,
  fields: FieldDescriptor[],
  tenantId: string,
  rows: Record<string, unknown>[],
): Statement {
  const columns = [...new Set(fields.flatMap((f) => f.storage.columns))];
  return {
    text: `update ${descriptor.table} t set ${columns.map((c) => `${c} = ${contentOf(fields, c, 't')}`).join(', ')}
             from json_populate_recordset(null::${descriptor.table}, $2::json) as r
            where t.tenant_id = ${averageTenant('$1')} and t.id = r.id${andInPart(descriptor, 't')}`,
    values: [tenantId, JSON.stringify(rows)],
  };
}

function emptyInRow(
  descriptor: RecordDescriptor,
  fields: FieldDescriptor[],
  tenantId: string,
  ids: string[],
): Statement[] {
  if (!fields.length) return [];
  const rows = ids.map((id) => {
    const out: Record<string, unknown> = { id };
    for (const f of fields) putValue(out, f, id, null);
    return out;
  });
  const changes = ids.map((id) => ({ id, before: undefined, after: null, stored: null, norm: null }));
  const sides = fields.flatMap(
    (f) => f.storage.side?.write(tenantId, descriptor.key, [{ field: f, changes }]) ?? [],
  );
  return [putStatement(descriptor, fields, tenantId, rows), ...sides];
}

/** Returns the statements that make the copies of a field's values in other tables what the records hold. */
export function copyFieldStatements(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  tenantId: string,
  records: LoadedRecord[],
): Statement[] {
  const changes = records.map(({ id, state }) => {
    const value = state[f.key] ?? null;
    return { id, before: undefined, after: value, ...storedForms(f, id, value) };
  });
  return f.storage.side?.write(tenantId, descriptor.key, [{ field: f, changes }]) ?? [];
}

/** Returns the statements that rewrite the copies of values in other tables. */
function copies(
  descriptor: RecordDescriptor,
  fields: FieldDescriptor[],
  tenantId: string,
  records: LoadedRecord[],
): Statement[] {
  return fields.flatMap((f) => {
    const changes = records.flatMap(({ id, state }) => {
      const value = state[f.key] ?? null;
      return value === null ? [] : [{ id, before: value, after: value, ...storedForms(f, id, value) }];
    });
    if (!f.storage.side || !changes.length) return [];
    return f.storage.side.write(tenantId, descriptor.key, [{ field: f, changes }]);
  });
}
