import { Injectable } from '@nestjs/common';
import type { MaskingStrategy } from '@pellucid/platform/access';
import { sql, type Statement, type UnitOfWork } from '@pellucid/platform/db';
import type { PiiClass } from '@pellucid/platform/records';

/** A rule as it is stored. */
export interface StoredRule {
  object: string;
  field: string;
  strategy: MaskingStrategy;
  pii: PiiClass | null;
}

/** The table `masking_rule`. */
@Injectable()
export class MaskingRulesRepository {
  /** Returns all rules of the company. Changes of rules lock the company's row, so they cannot change meanwhile. */
  all(uow: UnitOfWork): Promise<StoredRule[]> {
    return uow.run(sql<StoredRule>`select object, field, strategy, pii from masking_rule`);
  }

  upsert(tenantId: string, rule: StoredRule): Statement {
    return {
      text: `insert into masking_rule as m (tenant_id, object, field, strategy, pii) values ($1, $2, $3, $4, $5)
             on conflict (tenant_id, object, field) do update
               set strategy = excluded.strategy, pii = excluded.pii, version = m.version + 1, updated_at = now()`,
      values: [tenantId, rule.object, rule.field, rule.strategy, rule.pii],
    };
  }

  remove(object: string, field: string): Statement {
    return { text: 'delete from masking_rule where object = $1 and field = $2', values: [object, field] };
  }
}
