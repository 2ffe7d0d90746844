import { Inject, Injectable } from '@nestjs/common';
import { type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { TemplateRow } from './template.types.js';

/** The values of a template that its row stores. */
export type TemplateValues<Content> = Pick<
  TemplateRow<Content>,
  'object' | 'name' | 'content' | 'isShared'
> & {
  /** The fields that the content names, with their objects: `account.custom.size`. */
  uses: string[];
};

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The tables of templates. */
@Injectable()
export class TemplatesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the table of one kind of templates. @param content column that holds the content, as JSON */
  table<Content>(name: string, content: string): TemplateTable<Content> {
    return new TemplateTable(this.pool, name, content);
  }
}

/** The table of one kind of templates. */
export class TemplateTable<Content> {
  private readonly select: string;

  constructor(
    private readonly pool: TenantPool,
    private readonly table: string,
    private readonly content: string,
  ) {
    // The first parameter is the ID of the member who reads.
    this.select = `select t.id, t.object, t.name, t.${content} as content, t.is_shared as "isShared",
        t.owner_id as "ownerId", t.version, ${iso('t.created_at')} as "createdAt", ${iso('t.updated_at')} as "updatedAt",
        case when m.id is null then null else json_build_object('id', m.id, 'name', null) end as owner
      from ${table} t
      left join member m on m.tenant_id = t.tenant_id and m.id = t.owner_id
     where (t.is_shared or t.owner_id = $1::uuid)`;
  }

  /** Returns the template if the member sees it. */
  async find(id: string, memberId: string | null): Promise<TemplateRow<Content> | undefined> {
    const { rows } = await this.pool.query({ text: `${this.select} and t.id = $2`, values: [memberId, id] });
    return rows[0];
  }

  /**
   * Returns templates for objects that the member sees, the oldest first.
   * @param after ID of the last one on the previous page
   */
  async page(
    memberId: string | null,
    { objects, after, limit }: { objects: string[]; after: string | undefined; limit: number },
  ): Promise<TemplateRow<Content>[]> {
    const { rows } = await this.pool.query({
      text: `${this.select} and t.object = any($2::text[]) and ($3::uuid is null or t.id > $3::uuid) order by t.id limit $4`,
      values: [memberId, objects, after ?? null, limit],
    });
    return rows;
  }

  /** Returns the template if the member sees it, and locks it until the unit of work ends. */
  async lock(
    uow: UnitOfWork,
    id: string,
    memberId: string | null,
  ): Promise<TemplateRow<Content> | undefined> {
    const text = `${this.select} and t.id = $2 for update of t`;
    const [row] = await uow.run<TemplateRow<Content>>({ text, values: [memberId, id] });
    return row;
  }

  /** Number of templates that a member has made, or API keys together. */
  async countOf(uow: UnitOfWork, ownerId: string | null): Promise<number> {
    const [row] = await uow.run<{ n: number }>({
      text: `select count(*)::int as n from ${this.table} where owner_id is not distinct from $1::uuid`,
      values: [ownerId],
    });
    return row!.n;
  }

  insert(
    tenantId: string,
    id: string,
    ownerId: string | null,
    { object, name, content, isShared, uses }: TemplateValues<Content>,
  ): Statement {
    return {
      text: `insert into ${this.table} (tenant_id, id, owner_id, object, name, ${this.content}, is_shared, uses)
             values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [tenantId, id, ownerId, object, name, JSON.stringify(content), isShared, uses],
    };
  }

  update(id: string, { object, name, isShared, content, uses }: TemplateValues<Content>): Statement {
    return {
      text: `update ${this.table} set object = $2, name = $3, is_shared = $4, ${this.content} = $5, uses = $6,
               version = version + 1, updated_at = now() where id = $1`,
      values: [id, object, name, isShared, JSON.stringify(content), uses],
    };
  }

  /** Changes what people call it and who sees it, and leaves its content. */
  rename(id: string, { name, isShared }: Pick<TemplateValues<Content>, 'name' | 'isShared'>): Statement {
    return {
      text: `update ${this.table} set name = $2, is_shared = $3, version = version + 1, updated_at = now() where id = $1`,
      values: [id, name, isShared],
    };
  }

  remove(id: string): Statement {
    return { text: `delete from ${this.table} where id = $1`, values: [id] };
  }

  /** Returns the shared templates and the reader's own that name a field, and the number of the others. */
  async naming(
    uow: UnitOfWork,
    object: string,
    field: string,
    memberId: string | null,
  ): Promise<{ known: { id: string; name: string }[]; personal: number }> {
    const rows = await uow.run<{ id: string; name: string; isKnown: boolean }>({
      text: `select id, name, is_shared or owner_id is not distinct from $1::uuid as "isKnown" from ${this.table}
              where $2 = any(uses) order by id`,
      values: [memberId, `${object}.${field}`],
    });
    const known = rows.filter((row) => row.isKnown).map(({ id, name }) => ({ id, name }));
    return { known, personal: rows.length - known.length };
  }
}
