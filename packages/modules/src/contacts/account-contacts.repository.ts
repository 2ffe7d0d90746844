import { Inject, Injectable } from '@nestjs/common';
import { TenantPool } from '@pellucid/platform/db';
import { joinsOf, type QueryParts } from '@pellucid/platform/records';

/** A stored link between an account and a contact. */
export interface LinkRow {
  id: string;
  role: string | null;
  is_primary: boolean;
}

/** Reads account_contact. */
@Injectable()
export class AccountContactsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Returns contacts (alias `t`) with their links (alias `ac`), the longest-linked first.
   * @param scope conditions of the record engine, with the parts they were composed in
   * @param primaryFirst whether the primary contact comes before all others
   */
  async links(
    scope: { parts: QueryParts; where: string[] },
    limit: number,
    primaryFirst: boolean,
  ): Promise<LinkRow[]> {
    const { rows } = await this.pool.query(
      scope.parts.statement(`select t.id, ac.role, ac.is_primary
               from account_contact ac join contact t on t.tenant_id = ac.tenant_id and t.id = ac.contact_id ${joinsOf(scope.parts)}
              where ${scope.where.join(' and ')} order by ${primaryFirst ? 'ac.is_primary desc, ' : ''}ac.linked_at, t.id limit ${limit}`),
    );
    return rows;
  }
}
