import { Inject, Injectable } from '@nestjs/common';
import { sql, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { Layout, LayoutKind, LayoutWish } from './layouts.schema.js';

const LAYOUT = `select id, kind, roles, record_type as "recordType", content, version,
    to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt" from layout`;

/** The table `layout`. */
@Injectable()
export class LayoutsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the layouts of an object. */
  async of(object: string): Promise<Layout[]> {
    return (await this.pool.query({ text: `${LAYOUT} where object = $1 order by id`, values: [object] }))
      .rows;
  }

  /** Returns one layout. */
  async find(object: string, id: string): Promise<Layout | undefined> {
    const { rows } = await this.pool.query({
      text: `${LAYOUT} where object = $1 and id = $2`,
      values: [object, id],
    });
    return rows[0];
  }

  /** Returns the layouts of an object as the transaction sees them. */
  allIn(uow: UnitOfWork, object: string): Promise<Layout[]> {
    return uow.run<Layout>({ text: `${LAYOUT} where object = $1 order by id`, values: [object] });
  }

  /** Returns the layouts of an object and keeps others from changing any until the transaction ends. */
  async hold(uow: UnitOfWork, object: string): Promise<Layout[]> {
    await uow.run(
      sql`select pg_advisory_xact_lock(hashtextextended(${`layout ${uow.tenantId} ${object}`}, 0))`,
    );
    return this.allIn(uow, object);
  }

  insert(tenantId: string, id: string, object: string, kind: LayoutKind, wish: LayoutWish): Statement {
    return {
      text: `insert into layout (tenant_id, id, object, kind, roles, record_type, content)
             values ($1, $2, $3, $4, $5::uuid[], $6::jsonb, $7::jsonb)`,
      values: [tenantId, id, object, kind, ...stored(wish)],
    };
  }

  update(id: string, wish: LayoutWish): Statement {
    return {
      text: `update layout set roles = $2::uuid[], record_type = $3::jsonb, content = $4::jsonb,
               version = version + 1, updated_at = now() where id = $1`,
      values: [id, ...stored(wish)],
    };
  }

  remove(id: string): Statement {
    return { text: 'delete from layout where id = $1', values: [id] };
  }
}

function stored({ roles, recordType, content }: LayoutWish): unknown[] {
  return [roles, recordType && JSON.stringify(recordType), JSON.stringify(content)];
}
