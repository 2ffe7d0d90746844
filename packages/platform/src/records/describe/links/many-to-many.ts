import { averageTenant } from '../../../db/average-tenant.js';
import type { Statement } from '../../../db/tenant-pool.js';
import { linkOf } from '@pellucid/conditions';
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
  /** What a link loses when it is moved to another target: columns with their SQL. */
  whenMoved?: Record<string, string>;
}

/** A table of links to records of several objects. */
export interface AnyObjectLinks extends LinkTable {
  /** Its column with the object of the linked record. */
  targetObject: string;
  /** Its column with the role of the link, if links may have one. */
  role?: string;
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
    repoint: (tenantId, recordIds, ends) => [movePairs(links, tenantId, recordIds, ends)],
    holdsOn: links.holdsOn ?? false,
  };
}

/**
 * Returns how a list of links to records of several objects is stored. Links to deleted records are values like others, as
 * with a single reference.
 */
export function manyToAny(links: AnyObjectLinks): LinkField {
  const { table, own, targetObject, role } = links;
  const parts = {
    object: `l.${targetObject}`,
    id: `l.${links.target}`,
    ...(role ? { role: `l.${role}` } : {}),
  };
  const key = `${parts.object} || '/' || ${parts.id}${role ? ` || coalesce('/' || l.${role}, '')` : ''}`;
  const ofRecord = (alias: string) =>
    `from ${table} l where ${[`l.tenant_id = ${alias}.tenant_id`, `l.${own} = ${alias}.id`, ...marked(links, 'l')].join(' and ')}`;
  return {
    select: (alias) => `(select array_agg(${key}) ${ofRecord(alias)})`,
    value: (alias) => `array(select ${key} ${ofRecord(alias)})`,
    among: (alias, test) => `exists (select ${ofRecord(alias)} and ${test(`(${key})`, parts)})`,
    write: (tenantId, _object, changes) => writePairs(links, tenantId, changes),
    linked: (_record, link, object) =>
      rowsOf({ ...links, marks: { ...links.marks, [targetObject]: object } }, link),
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

/** Returns the statement that moves links to another target, unless the record has a link to it already. */
function movePairs(
  links: OneObjectLinks,
  tenantId: string,
  recordIds: string[],
  { from, into }: { from: string; into: string },
): Statement {
  const { table, own, target, whenMoved = {} } = links;
  const set = [[target, '$4'], ...Object.entries(whenMoved)].map(([column, value]) => `${column} = ${value}`);
  const there = [
    `o.tenant_id = l.tenant_id`,
    `o.${own} = l.${own}`,
    `o.${target} = $4`,
    ...marked(links, 'o'),
  ];
  const meant = [
    `l.tenant_id = ${averageTenant('$1')}`,
    `l.${own} = any($2::uuid[])`,
    `l.${target} = $3`,
    ...marked(links, 'l'),
  ];
  return {
    text: `update ${table} l set ${set.join(', ')} where ${meant.join(' and ')}
             and not exists (select from ${table} o where ${there.join(' and ')})`,
    values: [tenantId, recordIds, from, into],
  };
}

/** Returns the statements that store the changes of a list of links. */
function writePairs(
  links: OneObjectLinks | AnyObjectLinks,
  tenantId: string,
  changes: ValueChange[],
): Statement[] {
  const { table, own, target, marks = {} } = links;
  const {
    more = {},
    targetObject,
    role,
  } = { more: undefined, targetObject: undefined, role: undefined, ...links };
  const { added, removed } = changedPairs(changes);
  const pairs = targetObject
    ? `unnest($2::uuid[], $3::uuid[], $4::text[]${role ? ', $5::text[]' : ''}) with ordinality as v(own, target, object${role ? ', role' : ''}, nth)`
    : `unnest($2::uuid[], $3::uuid[]) with ordinality as v(own, target, nth)`;
  const valuesOf = ({ own, target }: Pairs) => {
    if (!targetObject) return [tenantId, own, target];
    const to = target.map(linkOf);
    const roles = role ? [to.map((link) => link.role ?? null)] : [];
    return [tenantId, own, to.map(({ id }) => id), to.map(({ object }) => object), ...roles];
  };
  const set: [string, string][] = [
    ['tenant_id', '$1'],
    [own, 'v.own'],
    [target, 'v.target'],
    ...(targetObject ? [[targetObject, 'v.object'] as [string, string]] : []),
    ...Object.entries(marks).map(([column, value]): [string, string] => [column, `'${value}'`]),
  ];
  const all = [...set, ...(role ? [[role, 'v.role'] as const] : []), ...Object.entries(more)];
  return [
    ...(removed.own.length
      ? [
          {
            text: `delete from ${table} l using ${pairs} where ${set.map(([column, value]) => `l.${column} = ${value}`).join(' and ')}`,
            values: valuesOf(removed),
          },
        ]
      : []),
    ...(added.own.length
      ? [
          {
            text: `insert into ${table} (${all.map(([column]) => column).join(', ')})
                   select ${all.map(([, value]) => value).join(', ')} from ${pairs} on conflict do nothing`,
            values: valuesOf(added),
          },
        ]
      : []),
  ];
}
