import { Inject, Injectable } from '@nestjs/common';
import { type Statement, sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { TemplateRow } from './import-template.types.js';

/** The values of a template that its row stores. */
export type TemplateValues = Pick<TemplateRow, 'object' | 'name' | 'options' | 'isShared'> & {
  uses: string[];
};

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The first parameter is the ID of the member who reads. */
const SELECT = `select t.id, t.object, t.name, t.options, t.is_shared as "isShared", t.owner_id as "ownerId", t.version,
    ${iso('t.created_at')} as "createdAt", ${iso('t.updated_at')} as "updatedAt",
    case when m.id is null then null else json_build_object('id', m.id, 'name', null) end as owner
  from import_template t
  left join member m on m.tenant_id = t.tenant_id and m.id = t.owner_id
 where (t.is_shared or t.owner_id = $1::uuid)`;

/** The table of templates. */
@Injectable()
export class ImportTemplatesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the template if the member sees it. */
  async find(id: string, memberId: string | null): Promise<TemplateRow | undefined> {
    const { rows } = await this.pool.query({ text: `${SELECT} and t.id = $2`, values: [memberId, id] });
    return rows[0];
  }

  /**
   * Returns templates for objects that the member sees, the oldest first.
   * @param after ID of the last one on the previous page
   */
  async page(
    memberId: string | null,
    { objects, after, limit }: { objects: string[]; after: string | undefined; limit: number },
  ): Promise<TemplateRow[]> {
    const { rows } = await this.pool.query({
      text: `${SELECT} and t.object = any($2::text[]) and ($3::uuid is null or t.id > $3::uuid) order by t.id limit $4`,
      values: [memberId, objects, after ?? null, limit],
    });
    return rows;
  }

  /** Returns the template if the member sees it, and locks it until the unit of work ends. */
  async lock(uow: UnitOfWork, id: string, memberId: string | null): Promise<TemplateRow | undefined> {
    const text = `${SELECT} and t.id = $2 for update of t`;
    const [row] = await uow.run<TemplateRow>({ text, values: [memberId, id] });
    return row;
  }

  /** Number of templates that a member has made, or API keys together. */
  async countOf(uow: UnitOfWork, ownerId: string | null): Promise<number> {
    const [row] = await uow.run<{ n: number }>(
      sql`select count(*)::int as n from import_template where owner_id is not distinct from ${ownerId}::uuid`,
    );
    return row!.n;
  }

  insert(tenantId: string, id: string, ownerId: string | null, values: TemplateValues): Statement {
    return {
      text: `insert into import_template (tenant_id, id, owner_id, object, name, options, is_shared, uses)
             values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [tenantId, id, ownerId, ...stored(values)],
    };
  }

  update(id: string, values: TemplateValues): Statement {
    return {
      text: `update import_template set object = $2, name = $3, options = $4, is_shared = $5, uses = $6,
               version = version + 1, updated_at = now() where id = $1`,
      values: [id, ...stored(values)],
    };
  }

  remove(id: string): Statement {
    return { text: 'delete from import_template where id = $1', values: [id] };
  }

  /** Returns the shared templates and the reader's own that name a field, and the number of the others. */
  async naming(
    uow: UnitOfWork,
    object: string,
    field: string,
    memberId: string | null,
  ): Promise<{ known: { id: string; name: string }[]; personal: number }> {
    const rows = await uow.run<{ id: string; name: string; isKnown: boolean }>(sql`
      select id, name, is_shared or owner_id is not distinct from ${memberId}::uuid as "isKnown" from import_template
       where ${`${object}.${field}`} = any(uses) order by id`);
    const known = rows.filter((row) => row.isKnown).map(({ id, name }) => ({ id, name }));
    return { known, personal: rows.length - known.length };
  }
}

/** In the order of the columns. */
const stored = ({ object, name, options, isShared, uses }: TemplateValues) => [
  object,
  name,
  JSON.stringify(options),
  isShared,
  uses,
];
