import type { Statement } from '../../../db/tenant-pool.js';
import type { LinkedRows } from '../storage/linked-rows.js';
import type { LinkField, NameOf, ValueChange } from '../storage/link-storage.js';

/** A table with one row for each link between two records. */
export interface LinkTable {
  table: string;
  /** Its column with the id of the record that has the field. */
  own: string;
  /** Its column with the id of the linked record. */
  target: string;
  /** Whether records hold on to what they are linked with, so that it can't be deleted from under them unnoticed. */
  holdsOn?: boolean;
  /** If the table serves several fields: the columns, with their values, that say which links are meant. */
  marks?: Readonly<Record<string, string>>;
}

/** A table of links to records of one object. */
export interface OneObjectLinks extends LinkTable {
  /** Table of the linked records. */
  targetTable: string;
  /** Order in which links are shown, over `l` (the link) and `g` (the linked record); by the linked name if missing. */
  order?: string;
  /** Further columns of a new link, with their SQL over `v(own, target, nth)`, where nth counts the new links from 1. */
  more?: Record<string, string>;
}

/** A pair of ids that a change links or separates. */
export interface Pairs {
  own: string[];
  target: string[];
}

/** Returns the pairs that changes of a list of ids add and remove. */
export function changedPairs(
  changes: Pick<ValueChange, 'id' | 'before' | 'after'>[],
): Record<'added' | 'removed', Pairs> {
  const pairs = (pick: (before: string[], after: string[]) => string[]): Pairs => {
    const found = changes.flatMap((c) =>
      pick((c.before as string[] | null) ?? [], (c.after as string[] | null) ?? []).map(
        (id) => [c.id, id] as const,
      ),
    );
    return { own: found.map(([own]) => own), target: found.map(([, target]) => target) };
  };
  return {
    added: pairs((before, after) => after.filter((id) => !before.includes(id))),
    removed: pairs((before, after) => before.filter((id) => !after.includes(id))),
  };
}

/** Returns the predicates for the links that are meant, over an alias of the table. */
const marked = ({ marks = {} }: LinkTable, link: string) =>
  Object.entries(marks).map(([column, value]) => `${link}.${column} = '${value}'`);

/** Returns the part of a select that reaches an alias' links, as `l`, and the linked records that are not deleted, as `g`. */
export function linksOf(links: OneObjectLinks, alias: string): string {
  const { table, own, target, targetTable } = links;
  return `from ${table} l join ${targetTable} g on g.tenant_id = l.tenant_id and g.id = l.${target} and g.deleted_at is null
    where ${[`l.tenant_id = ${alias}.tenant_id`, `l.${own} = ${alias}.id`, ...marked(links, 'l')].join(' and ')}`;
}

/**
 * Returns how a list of references is stored as links. Links to deleted records stay, hidden, so that both can be
 * restored.
 */
export function manyToMany(links: OneObjectLinks): LinkField {
  const { order = 'g.display_norm' } = links;
  return {
    select: (alias: string, nameOf: NameOf) =>
      `(select json_agg(json_build_object('id', g.id, 'name', ${nameOf('g')}) order by ${order}) ${linksOf(links, alias)})`,
    value: (alias) => `array(select g.id::text ${linksOf(links, alias)})`,
    write: (tenantId, _object, changes) => writePairs(links, tenantId, changes),
    linked: (_record, link) => rowsOf(links, link),
    holdsOn: links.holdsOn ?? false,
  };
}

function rowsOf(links: LinkTable, link: string): LinkedRows {
  const where = marked(links, link).join(' and ');
  return {
    table: links.table,
    ...(where ? { where } : {}),
    record: `${link}.${links.own}`,
    target: `${link}.${links.target}`,
  };
}

/** Returns the statements that store the changes of a list of links. */
function writePairs(links: OneObjectLinks, tenantId: string, changes: ValueChange[]): Statement[] {
  const { table, own, target, marks = {}, more = {} } = links;
  const { added, removed } = changedPairs(changes);
  const columns = ['tenant_id', own, target, ...Object.keys(marks), ...Object.keys(more)];
  const values = [
    '$1',
    'v.own',
    'v.target',
    ...Object.values(marks).map((value) => `'${value}'`),
    ...Object.values(more),
  ];
  const gone = [`l.tenant_id = $1`, `l.${own} = v.own`, `l.${target} = v.target`, ...marked(links, 'l')];
  return [
    ...(removed.own.length
      ? [
          {
            text: `delete from ${table} l using unnest($2::uuid[], $3::uuid[]) as v(own, target) where ${gone.join(' and ')}`,
            values: [tenantId, removed.own, removed.target],
          },
        ]
      : []),
    ...(added.own.length
      ? [
          {
            text: `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')}
                     from unnest($2::uuid[], $3::uuid[]) with ordinality as v(own, target, nth)
                   on conflict do nothing`,
            values: [tenantId, added.own, added.target],
          },
        ]
      : []),
  ];
}
