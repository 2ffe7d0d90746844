import { Inject, Injectable } from '@nestjs/common';
import { TenantPool } from '@pellucid/platform/db';

/** A link of an account with its contact, as stored. */
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
   * Contacts (alias `t`) with their links (alias `ac`), longest-linked first.
   * @param scope joins and conditions of the record engine, with the parameters they count on
   * @param primaryFirst whether the primary contact goes before all others
   */
  async links(
    scope: { joins: string; where: string[]; params: unknown[] },
    limit: number,
    primaryFirst: boolean,
  ): Promise<LinkRow[]> {
    const { rows } = await this.pool.query({
      text: `select t.id, ac.role, ac.is_primary
               from account_contact ac join contact t on t.tenant_id = ac.tenant_id and t.id = ac.contact_id ${scope.joins}
              where ${scope.where.join(' and ')} order by ${primaryFirst ? 'ac.is_primary desc, ' : ''}ac.linked_at, t.id limit ${limit}`,
      values: scope.params,
    });
    return rows;
  }
}
