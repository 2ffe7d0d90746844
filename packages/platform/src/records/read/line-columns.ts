import type { FieldDescriptor, LineCollection, OwnedLine } from '../describe/index.js';

/** Names of the records that a line refers to, by the field's name; null where they are withheld. */
export type LineNames = Record<string, string | null>;

/** Lines of a record as they were read. */
export interface LoadedLines {
  lines: OwnedLine[];
  /** By the line's id. */
  names: Map<string, LineNames>;
}

/** Returns the alias of the record that a line's reference points at. */
const aliasOf = (n: number) => `lr${n}`;

/**
 * Returns the expression that selects a record's lines: a JSON list of lists, in order. One look-up by the index on the
 * owner; null if the record has none.
 * @param alias of the record's row
 * @param named returns the join of the record that a reference points at, and the expression of its name
 */
export function linesColumn(
  { table, ownerColumn, fields }: LineCollection,
  alias: string,
  named: (field: FieldDescriptor, alias: string, id: string) => { join: string; name: string },
): string {
  const joins: string[] = [];
  const names: string[] = [];
  for (const [n, f] of fields.entries()) {
    if (f.traits.family !== 'reference') continue;
    const { join, name } = named(f, aliasOf(n), f.storage.value('l'));
    if (join) joins.push(join);
    names.push(name);
  }
  // JSON numbers would lose digits of a bigint.
  const values = fields.map(
    (f) => f.storage.select('l', () => '') + (f.traits.sqlType === 'bigint' ? '::text' : ''),
  );
  return `(select json_agg(json_build_array(${['l.id', 'l.position', ...values, ...names].join(', ')}) order by l.position, l.id)
    from ${table} l ${joins.join(' ')} where l.tenant_id = ${alias}.tenant_id and l.${ownerColumn} = ${alias}.id)`;
}

/** Converts what {@link linesColumn} selected. */
export function loadLines({ fields }: LineCollection, raw: unknown[][] | null): LoadedLines {
  const names = new Map<string, LineNames>();
  const lines = (raw ?? []).map(([id, position, ...row]): OwnedLine => {
    const line: Record<string, unknown> = { id, position };
    const named: LineNames = {};
    let nameAt = fields.length;
    for (const [n, f] of fields.entries()) {
      const { name } = f.line!;
      line[name] = fromStored(f, id as string, row[n]);
      if (f.traits.family === 'reference') named[name] = (row[nameAt++] ?? null) as string | null;
    }
    names.set(id as string, named);
    return line as unknown as OwnedLine;
  });
  return { lines, names };
}

/** Returns a stored value of a line in API form. */
function fromStored(f: FieldDescriptor, id: string, raw: unknown): unknown {
  if (raw === null || raw === undefined) return f.traits.isList ? [] : null;
  return f.traits.codec.fromColumn(f.cipher ? f.cipher.open(id, raw as string) : raw, f);
}

/** Returns the names that fields of lines may not be shown by, by key: a referenced record is withheld from the reader. */
export function unnamedIn(collection: LineCollection, { lines, names }: LoadedLines): string[] {
  return collection.fields.flatMap((f) => {
    if (f.traits.family !== 'reference') return [];
    const { name } = f.line!;
    return lines.some((line) => line[name] !== null && names.get(line.id)?.[name] === null) ? [f.key] : [];
  });
}
