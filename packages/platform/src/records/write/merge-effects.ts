import { averageTenant } from '../../db/average-tenant.js';
import { currentContext } from '../../context/index.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { FilterContext } from '../decide/index.js';
import { newId } from '../describe/index.js';
import type { Merge } from './participants.js';

/** What a merge moved that is in no record's values, as undoing it needs to know. */
export interface MergeEffect<Content> extends Merge {
  id: string;
  content: Content;
}

/** Notes something that a merge moved. @param kind which part of the product moved it */
export function noteMerge(uow: UnitOfWork, { object, from, into }: Merge, kind: string, content: object) {
  return uow.run({
    text: `insert into merge_effect (tenant_id, id, object, from_id, into_id, kind, content) values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [uow.tenantId, newId(), object, from, into, kind, JSON.stringify(content)],
  });
}

/**
 * Returns what the merges of records moved, the last merge first, and notes that they are undone by the context's cause.
 * @param ids of records that went by a merge and are back
 */
export async function takeMerges<Content>(
  uow: UnitOfWork,
  object: string,
  ids: string[],
  kind: string,
): Promise<MergeEffect<Content>[]> {
  const taken = await uow.run<MergeEffect<Content>>({
    text: `update merge_effect set undone_by = $4
            where object = $1 and from_id = any($2::uuid[]) and kind = $3 and undone_by is null
           returning id, object, from_id as "from", into_id as "into", content`,
    values: [object, ids, kind, currentContext().cause.id ?? newId()],
  });
  return taken.sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** A merge that was undone. */
export interface UndoneMerge extends Merge {
  /** Id of the undo. */
  undoneBy: string;
}

/** Returns the undone merges of records. @param ids of those that went and are back */
export function undoneMerges(uow: UnitOfWork, object: string, ids: string[]): Promise<UndoneMerge[]> {
  return uow.run<UndoneMerge>({
    text: `select object, from_id as "from", into_id as "into", undone_by as "undoneBy" from merge_effect
            where object = $1 and from_id = any($2::uuid[]) and kind = 'links' and undone_by is not null`,
    values: [object, ids],
  });
}

/** Whether the company has any undone merge. */
export async function hasUndoneMerges(uow: UnitOfWork): Promise<boolean> {
  const [row] = await uow.run<{ found: boolean }>({
    text: 'select exists (select from merge_effect where undone_by is not null) as found',
  });
  return row!.found;
}

/** Forgets undone merges of records, which are merged again. */
export function forgetMerges(uow: UnitOfWork, object: string, ids: string[]): Promise<unknown> {
  return uow.run({
    text: 'delete from merge_effect where object = $1 and from_id = any($2::uuid[]) and undone_by is not null',
    values: [object, ids],
  });
}

/** Returns the records into which records went by a merge that can be undone. @param ids of those that went */
export async function mergedInto(uow: UnitOfWork, object: string, ids: string[]): Promise<string[]> {
  const rows = await uow.run<{ into: string }>({
    text: `select distinct into_id as "into" from merge_effect where object = $1 and from_id = any($2::uuid[]) and kind = 'links' and undone_by is null`,
    values: [object, ids],
  });
  return rows.map(({ into }) => into);
}

/** What a merge moved besides values: ids that led to the record that went, and its rows in tables of links. */
export interface MovedLinks {
  redirects: string[];
  links: { table: string; own: string; target: string; rows: Record<string, unknown>[] }[];
}

/** Returns the statements that read {@link MovedLinks} before a merge: redirects first, then the rows of each table. */
export function linksBefore(
  context: FilterContext,
  { object, from }: Merge,
): { statements: Statement[]; read(answers: any[][]): MovedLinks } {
  const tables = context.registry.referrersOf(object, context.snapshot).flatMap(({ object: of, field }) => {
    // The rows of lines and of a company's own fields have nothing but values.
    if (field.line || field.custom || field.storage.columns.length) return [];
    const rows = field.storage.linked?.('t', 'l', object);
    return rows?.table ? [{ ...rows, table: rows.table, of: of.key }] : [];
  });
  const statements: Statement[] = [
    {
      text: 'select from_id as id from record_redirect where object = $1 and to_id = $2',
      values: [object, from],
    },
    ...tables.map(
      ({ table, target, where }): Statement => ({
        text: `select to_jsonb(l) as row from ${table} l where ${target} = $1${where ? ` and ${where}` : ''}`,
        values: [from],
      }),
    ),
  ];
  return {
    statements,
    read: ([redirects, ...rows]) => ({
      redirects: redirects!.map(({ id }) => id),
      links: tables.flatMap(({ table, record, target }, n) =>
        rows[n]!.length
          ? [{ table, own: columnOf(record), target: columnOf(target), rows: rows[n]!.map(({ row }) => row) }]
          : [],
      ),
    }),
  };
}

/** Returns the statements that bring back what a merge moved besides values, once the references are back. */
export function linksBack(
  tenantId: string,
  { object, from, into, content }: MergeEffect<MovedLinks>,
): Statement[] {
  return [
    {
      text: 'update record_redirect set to_id = $3 where object = $1 and to_id = $2 and from_id = any($4::uuid[])',
      values: [object, into, from, content.redirects],
    },
    ...content.links.flatMap(({ table, own, target, rows }): Statement[] => {
      const details = Object.keys(rows[0]!).filter((column) => ![own, target, 'tenant_id'].includes(column));
      if (!details.length) return [];
      const set = details.map((column) => `"${column}" = g."${column}"`).join(', ');
      return [
        {
          text: `update ${table} l set ${set} from jsonb_populate_recordset(null::${table}, $2::jsonb) g
                  where l.tenant_id = ${averageTenant('$1')} and l.${own} = g.${own} and l.${target} = g.${target}`,
          values: [tenantId, JSON.stringify(rows)],
        },
      ];
    }),
  ];
}

const columnOf = (expression: string) => expression.slice(expression.indexOf('.') + 1);
