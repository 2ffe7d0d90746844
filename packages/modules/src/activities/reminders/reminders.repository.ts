import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';
import { CLOSED } from '../activity-fields.js';

/** An activity of which its owner is to be reminded. */
export interface Reminder {
  tenantId: string;
  id: string;
  /** Number of its kind. */
  kind: number;
  ownerId: string;
  /** What it is about: the instant of the reminder, or the day that has passed. */
  moment: string;
}

const OPEN = `a.deleted_at is null and a.owner_id is not null and (a.status is null or a.status <> all($1))`;
const COLUMNS = `a.tenant_id as "tenantId", a.id, a.kind, a.owner_id as "ownerId"`;
const ORDER = 'order by a.tenant_id, a.id';

/** Looks for activities in all tenants. */
@Injectable()
export class RemindersRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Returns open activities whose reminder was due in the last day: longer than workers are ever away. */
  async due(): Promise<Reminder[]> {
    const { rows } = await this.platform.query(
      `select ${COLUMNS}, to_char(a.remind_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as moment from activity a
        where a.remind_at <= now() and a.remind_at > now() - interval '1 day' and ${OPEN} ${ORDER}`,
      [CLOSED],
    );
    return rows;
  }

  /** Returns open tasks whose day has passed in their company's time zone, today or yesterday. */
  async overdue(): Promise<Reminder[]> {
    const { rows } = await this.platform.query(
      `select ${COLUMNS}, a.due::text as moment from activity a join tenant_setting s on s.tenant_id = a.tenant_id
        where a.kind = 1 and a.due between current_date - 4 and current_date + 1
          and a.due < (now() at time zone s.zone)::date and a.due > (now() at time zone s.zone)::date - 3
          and ${OPEN} ${ORDER}`,
      [CLOSED],
    );
    return rows;
  }
}
