import type { LinkField, NameOf, ValueChange } from '../storage/link-storage.js';

/** A table with one row for each link between two records. */
export interface LinkTable {
  table: string;
  /** Its column with the id of the record that has the field. */
  own: string;
  /** Its column with the id of the linked record. */
  target: string;
  /** Table of the linked records. */
  targetTable: string;
  /** If the table serves several objects: the object that has the field, in the column `object`. */
  object?: string;
  /** Order in which links are shown, over `l` (the link) and `g` (the linked record); by the linked name if missing. */
  order?: string;
  /** Further columns of a new link, with their SQL over `v(own, target, nth)`, where nth counts the new links from 1. */
  more?: Record<string, string>;
  /** Whether records hold on to what they are linked with, so that it can't be deleted from under them unnoticed. */
  holdsOn?: boolean;
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

/** Returns the part of a select that reaches an alias' links, as `l`, and the linked records that are not deleted, as `g`. */
export function linksOf({ table, own, target, targetTable, object }: LinkTable, alias: string): string {
  return `from ${table} l join ${targetTable} g on g.tenant_id = l.tenant_id and g.id = l.${target} and g.deleted_at is null
    where l.tenant_id = ${alias}.tenant_id and l.${own} = ${alias}.id${object ? ` and l.object = '${object}'` : ''}`;
}

/**
 * Returns how a list of references is stored as links. Links to deleted records stay, hidden, so that both can be
 * restored.
 */
export function manyToMany(link: LinkTable): LinkField {
  const { table, own, target, object, order = 'g.display_norm', more = {}, holdsOn } = link;
  const columns = ['tenant_id', own, target, ...(object ? ['object'] : []), ...Object.keys(more)];
  const values = ['$1', 'v.own', 'v.target', ...(object ? [`'${object}'`] : []), ...Object.values(more)];
  return {
    select: (alias: string, nameOf: NameOf) =>
      `(select json_agg(json_build_object('id', g.id, 'name', ${nameOf('g')}) order by ${order}) ${linksOf(link, alias)})`,
    value: (alias) => `array(select g.id::text ${linksOf(link, alias)})`,
    write(tenantId, _object, changes) {
      const { added, removed } = changedPairs(changes);
      return [
        ...(removed.own.length
          ? [
              {
                text: `delete from ${table} l using unnest($2::uuid[], $3::uuid[]) as v(own, target)
                        where l.tenant_id = $1 and l.${own} = v.own and l.${target} = v.target${object ? ` and l.object = '${object}'` : ''}`,
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
    },
    ...(holdsOn
      ? {
          referrers: `select l.${own} as id, l.${target} as target from ${table} l where l.${target} = any($1::uuid[])`,
        }
      : {}),
  };
}
