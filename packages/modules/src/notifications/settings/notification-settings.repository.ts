import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { NOTHING_CHOSEN, type StoredSettings } from './notification-settings.js';

const COLUMNS = `kinds, quiet_hours as "quietHours", digest_hour as "digestHour", zone, auto_follow as "autoFollow"`;

/** The rows of people's settings. */
@Injectable()
export class NotificationSettingsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns what a person chose. */
  async find(memberId: string): Promise<StoredSettings> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from notification_setting where tenant_id = $1 and member_id = $2`,
      values: [requireTenant(), memberId],
    });
    return rows[0] ?? NOTHING_CHOSEN;
  }

  /** Returns what people chose. One round trip. */
  async findMany(uow: UnitOfWork, memberIds: string[]): Promise<(memberId: string) => StoredSettings> {
    const rows = await uow.run<StoredSettings & { memberId: string }>({
      text: `select member_id as "memberId", ${COLUMNS} from notification_setting
              where tenant_id = $1 and member_id = any($2::uuid[])`,
      values: [uow.tenantId, [...new Set(memberIds)]],
    });
    const found = new Map(rows.map((row) => [row.memberId, row]));
    return (memberId) => found.get(memberId) ?? NOTHING_CHOSEN;
  }

  /** Changes what a person chose. Of two changes at once, the second one sees the first. */
  async change(
    uow: UnitOfWork,
    memberId: string,
    change: (before: StoredSettings) => StoredSettings,
  ): Promise<StoredSettings> {
    await uow.run({
      text: `insert into notification_setting (tenant_id, member_id) values ($1, $2) on conflict do nothing`,
      values: [uow.tenantId, memberId],
    });
    const [before] = await uow.run<StoredSettings>({
      text: `select ${COLUMNS} from notification_setting where tenant_id = $1 and member_id = $2 for update`,
      values: [uow.tenantId, memberId],
    });
    const after = change(before!);
    await uow.run({
      text: `update notification_setting set kinds = $3::jsonb, quiet_hours = $4::jsonb, digest_hour = $5, zone = $6,
               auto_follow = $7::jsonb, updated_at = now() where tenant_id = $1 and member_id = $2`,
      values: [
        uow.tenantId,
        memberId,
        JSON.stringify(after.kinds),
        after.quietHours && JSON.stringify(after.quietHours),
        after.digestHour,
        after.zone,
        JSON.stringify(after.autoFollow),
      ],
    });
    return after;
  }
}
