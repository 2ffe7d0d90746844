import { Inject, Injectable } from '@nestjs/common';
import { type Statement, sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { ViewGrantee, ViewRow } from './view.types.js';

/** Who reads views. */
export interface ViewReader {
  memberId: string | null;
  /** Their own ID and those of their teams. */
  grantees: string[];
  /** Whether they manage the views that are shared with teams. */
  manages: boolean;
}

/** The values of a view that are stored in its own row. */
export type ViewValues = Pick<
  ViewRow,
  'name' | 'kind' | 'content' | 'labels' | 'isForEveryone' | 'isPinnedForAll' | 'updatedById'
> & { uses: string[] };

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The first three parameters are the parts of a {@link ViewReader}. */
const SELECT = `select v.id, v.object, v.name, v.kind, v.content, v.labels, v.owner_id as "ownerId",
    v.is_for_everyone as "isForEveryone", v.is_pinned_for_all as "isPinnedForAll", v.version,
    ${iso('v.created_at')} as "createdAt", ${iso('v.updated_at')} as "updatedAt", v.updated_by_id as "updatedById",
    (select coalesce(json_agg(json_build_object('kind', g.kind, 'id', g.grantee_id) order by g.kind, g.grantee_id), '[]')
       from saved_view_grantee g where g.tenant_id = v.tenant_id and g.view_id = v.id) as grantees,
    (select coalesce(json_agg(d.role_id order by d.role_id), '[]')
       from saved_view_default d where d.tenant_id = v.tenant_id and d.view_id = v.id) as "roleIds",
    exists (select from saved_view_pin p
             where p.tenant_id = v.tenant_id and p.view_id = v.id and p.member_id = $1::uuid) as "isPinned"
  from saved_view v
 where (v.is_for_everyone or v.owner_id = $1::uuid or exists (
         select from saved_view_grantee g where g.tenant_id = v.tenant_id and g.view_id = v.id
            and (g.grantee_id = any($2::uuid[]) or ($3::boolean and g.kind = 'team'))))`;

const readerOf = ({ memberId, grantees, manages }: ViewReader) => [memberId, grantees, manages];

/** The tables of saved views. */
@Injectable()
export class ViewsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the view if the reader sees it. */
  async find(id: string, reader: ViewReader): Promise<ViewRow | undefined> {
    const { rows } = await this.pool.query({
      text: `${SELECT} and v.id = $4`,
      values: [...readerOf(reader), id],
    });
    return rows[0];
  }

  /** Returns views that the reader sees, the oldest first. @param after ID of the last one on the previous page */
  async page(
    reader: ViewReader,
    wanted: { objects: string[]; pinned: boolean; after: string | undefined; limit: number },
  ): Promise<ViewRow[]> {
    const { rows } = await this.pool.query({
      text: `select * from (${SELECT} and v.object = any($4::text[]) and ($5::uuid is null or v.id > $5::uuid)) found
              where not $6::boolean or found."isPinned" or found."isPinnedForAll" order by id limit $7`,
      values: [...readerOf(reader), wanted.objects, wanted.after ?? null, wanted.pinned, wanted.limit],
    });
    return rows;
  }

  /** Returns the views that people with the roles start with, by role. */
  async defaults(object: string, roleIds: string[]): Promise<Map<string, string>> {
    const { rows } = await this.pool.query({
      text: `select role_id as role, view_id as view from saved_view_default where object = $1 and role_id = any($2::uuid[])`,
      values: [object, roleIds],
    });
    return new Map(rows.map(({ role, view }) => [role, view]));
  }

  /** Returns the view if the reader sees it, and locks it until the unit of work ends. */
  async lock(uow: UnitOfWork, id: string, reader: ViewReader): Promise<ViewRow | undefined> {
    const [row] = await uow.run<ViewRow>({
      text: `${SELECT} and v.id = $4 for update of v`,
      values: [...readerOf(reader), id],
    });
    return row;
  }

  /** Number of views of an object that somebody has made. */
  async countOf(uow: UnitOfWork, object: string, ownerId: string | null): Promise<number> {
    const [row] = await uow.run<{ n: number }>(
      sql`select count(*)::int as n from saved_view where object = ${object} and owner_id is not distinct from ${ownerId}::uuid`,
    );
    return row!.n;
  }

  insert(
    tenantId: string,
    id: string,
    object: string,
    ownerId: string | null,
    values: ViewValues,
  ): Statement {
    return {
      text: `insert into saved_view (tenant_id, id, object, owner_id, name, kind, content, labels, uses, is_for_everyone, is_pinned_for_all, updated_by_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      values: [tenantId, id, object, ownerId, ...stored(values)],
    };
  }

  update(id: string, values: ViewValues): Statement {
    return {
      text: `update saved_view set name = $2, kind = $3, content = $4, labels = $5, uses = $6, is_for_everyone = $7,
               is_pinned_for_all = $8, updated_by_id = $9, version = version + 1, updated_at = now() where id = $1`,
      values: [id, ...stored(values)],
    };
  }

  /** Statements that replace the people and teams that a view is shared with. */
  shareWith(tenantId: string, id: string, grantees: ViewGrantee[]): Statement[] {
    return [
      { text: 'delete from saved_view_grantee where view_id = $1', values: [id] },
      {
        text: `insert into saved_view_grantee (tenant_id, view_id, kind, grantee_id)
               select $1, $2, g.kind, g.id from jsonb_to_recordset($3::jsonb) as g(kind text, id uuid)`,
        values: [tenantId, id, JSON.stringify(grantees)],
      },
    ];
  }

  /** Statements that make a view the one that people with the roles start with, and with no others. */
  startWith(tenantId: string, id: string, object: string, roleIds: string[]): Statement[] {
    return [
      {
        text: 'delete from saved_view_default where view_id = $1 and role_id <> all($2::uuid[])',
        values: [id, roleIds],
      },
      {
        text: `insert into saved_view_default (tenant_id, object, role_id, view_id)
               select $1, $2, role, $3 from unnest($4::uuid[]) as role order by role
               on conflict (tenant_id, object, role_id) do update set view_id = excluded.view_id`,
        values: [tenantId, object, id, roleIds],
      },
    ];
  }

  /** Statements that remove a view with everything that belongs to it. */
  remove(id: string): Statement[] {
    return [
      ...['saved_view_pin', 'saved_view_default', 'saved_view_grantee'].map((table) => ({
        text: `delete from ${table} where view_id = $1`,
        values: [id],
      })),
      { text: 'delete from saved_view where id = $1', values: [id] },
    ];
  }

  /** Pins a view to a person's navigation, or unpins it. */
  async pin(uow: UnitOfWork, id: string, memberId: string, isPinned: boolean): Promise<void> {
    await uow.run(
      isPinned
        ? sql`insert into saved_view_pin (tenant_id, view_id, member_id) values (${uow.tenantId}, ${id}, ${memberId}) on conflict do nothing`
        : sql`delete from saved_view_pin where view_id = ${id} and member_id = ${memberId}`,
    );
  }

  /**
   * Returns the views that name a field of an object: the reader's own and those for everyone or a team, and the number of the
   * other ones, which are personal.
   */
  async naming(
    uow: UnitOfWork,
    object: string,
    field: string,
    memberId: string | null,
  ): Promise<{ known: { id: string; name: string }[]; personal: number }> {
    const rows = await uow.run<{ id: string; name: string; isKnown: boolean }>(sql`
      select v.id, v.name, v.is_for_everyone or v.owner_id is not distinct from ${memberId}::uuid
               or exists (select from saved_view_grantee g
                           where g.tenant_id = v.tenant_id and g.view_id = v.id and g.kind = 'team') as "isKnown"
        from saved_view v where ${`${object}.${field}`} = any(v.uses) order by v.id`);
    const known = rows.filter((row) => row.isKnown).map(({ id, name }) => ({ id, name }));
    return { known, personal: rows.length - known.length };
  }

  /** Returns names of records, as far as the context's actor may see them, by ID. */
  async names(statements: Statement[]): Promise<Map<string, string>> {
    const results = statements.length ? await this.pool.read(statements) : [];
    return new Map(results.flatMap(({ rows }) => rows.map(({ id, name }) => [id, name])));
  }
}

/** In the order of the columns. */
const stored = (values: ViewValues) => [
  values.name,
  values.kind,
  JSON.stringify(values.content),
  JSON.stringify(values.labels),
  values.uses,
  values.isForEveryone,
  values.isPinnedForAll,
  values.updatedById,
];
