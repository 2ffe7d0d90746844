import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { PlatformPool } from '@pellucid/platform/db';

/** How a person of the context's company is reached. */
export interface ReachableMember {
  /** Whether they may log in at present. */
  isActive: boolean;
  /** The address of their log-in; null until they have proven that it is theirs. */
  email: string | null;
  /** The language that they chose; null if they did not choose one. */
  language: 'en' | 'de' | null;
}

/** Where people of a company get mail, and in which language. */
@Injectable()
export class ReachableMembers {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Returns how a person is reached; undefined if they have no log-in. */
  async find(memberId: string): Promise<ReachableMember | undefined> {
    const { rows } = await this.platform.query(
      `select case when i.email_verified_at is null then null else i.email end as email, i.language,
              m.status = 'active' and m.deleted_at is null as "isActive"
         from member m join identity i on i.id = m.identity_id where m.tenant_id = $1 and m.id = $2`,
      [requireTenant(), memberId],
    );
    return rows[0];
  }
}
