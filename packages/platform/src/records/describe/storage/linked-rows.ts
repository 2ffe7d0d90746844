import type { FieldStorage } from './field-storage.js';

/** Which records refer to which by a field, as parts of a statement. */
export interface LinkedRows {
  /** Table of the links; undefined if the record's own row holds the reference. */
  table?: string;
  /** Predicate for the links that are meant; undefined if all are. */
  where?: string;
  /** Expression of the id of the record that has the field. */
  record: string;
  /** Expression of the id of the record that it refers to. */
  target: string;
}

/** The two ends of a link, with aliases that are unique in the statement. */
export interface LinkEnds {
  storage: FieldStorage;
  /** Alias of the record that has the field. */
  record: string;
  /** The object that the field may refer to, where they are, and the alias of its records. */
  target: { object: string; source: string; alias: string };
}

const and = (...predicates: (string | undefined)[]) => predicates.filter(Boolean).join(' and ');

/**
 * Returns a predicate over a record: whether it refers to a record of the object that fulfils the test. It starts from the
 * record.
 * @param test predicate over the target's alias
 * @throws Error for a field that does not refer to records
 */
export function refersTo(ends: LinkEnds, test: string): string {
  const { record, target } = ends;
  const { rows, link, of } = linkBetween(ends);
  const far = `${of}.tenant_id = ${record}.tenant_id`;
  return rows.table
    ? `exists (select from ${rows.table} ${link} join ${target.source} ${of} on ${far} and ${of}.id = ${rows.target}
         where ${and(`${link}.tenant_id = ${record}.tenant_id`, `${rows.record} = ${record}.id`, rows.where, test)})`
    : `exists (select from ${target.source} ${of} where ${and(far, `${of}.id = ${rows.target}`, rows.where, test)})`;
}

/**
 * Returns a select of the ids of the records that refer to a record of the object that fulfils the test. It starts from
 * those. A record may occur several times, and may be deleted.
 * @param source of the records that have the field
 * @param tenant placeholder of the tenant's id
 * @param test predicate over the target's alias
 * @throws Error for a field that does not refer to records
 */
export function referringIds(ends: LinkEnds, source: string, tenant: string, test: string): string {
  const { rows, link, of } = linkBetween(ends);
  const from = rows.table ? `${rows.table} ${link}` : `${source} ${ends.record}`;
  const own = rows.table ? link : ends.record;
  return `select ${rows.record} from ${from} join ${ends.target.source} ${of} on ${of}.tenant_id = ${own}.tenant_id and ${of}.id = ${rows.target}
    where ${and(`${own}.tenant_id = ${tenant}::uuid`, rows.where, test)}`;
}

function linkBetween({ storage, record, target }: LinkEnds) {
  const link = `${target.alias}_l`;
  const rows = storage.linked?.(record, link, target.object);
  if (!rows) throw new Error(`a field of "${record}" does not refer to records`);
  return { rows, link, of: target.alias };
}
