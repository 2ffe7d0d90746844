import { Inject, Injectable } from '@nestjs/common';
import { type PlatformClient, PlatformPool } from '@pellucid/platform/db';
import { memberEvent } from './security-log.js';

/** Minimum seconds between two log entries about the same person's failed log-ins. */
const QUIET_SECONDS = 60;

/**
 * Failed log-ins, counted per person and logged in their companies at most once a minute, so that guessing shows in the
 * log but cannot flood it.
 */
@Injectable()
export class LogInFailuresRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Counts a failure; logs it together with earlier ones if the last entry is at least a minute old. */
  async add(identityId: string): Promise<void> {
    await this.platform.transaction(async (client) => {
      await client.query(
        `insert into log_in_failure (identity_id, pending, logged_at) values ($1, 1, 'epoch')
         on conflict (identity_id) do update set pending = log_in_failure.pending + 1`,
        [identityId],
      );
      await this.tell(client, identityId);
    });
  }

  /** Logs the failures left over from past minutes. @returns the number of people concerned */
  async flush(): Promise<number> {
    const { rows } = await this.platform.query(
      `select identity_id as id from log_in_failure
        where pending > 0 and logged_at < now() - make_interval(secs => $1) limit 1000`,
      [QUIET_SECONDS],
    );
    for (const { id } of rows) await this.platform.transaction((client) => this.tell(client, id));
    await this.platform.query(
      `delete from log_in_failure where pending = 0 and logged_at < now() - interval '1 day'`,
    );
    return rows.length;
  }

  private async tell(client: PlatformClient, identityId: string): Promise<void> {
    const { rows } = await client.query(
      `with due as (
         select pending from log_in_failure
          where identity_id = $1 and pending > 0 and logged_at < now() - make_interval(secs => $2) for update),
       told as (
         update log_in_failure set pending = 0, logged_at = now() where identity_id = $1 and exists (select 1 from due))
       select due.pending as count, m.tenant_id as "tenantId", m.id as "memberId"
         from due join member m on m.identity_id = $1 and m.deleted_at is null and m.status = 'active'`,
      [identityId, QUIET_SECONDS],
    );
    for (const { count, tenantId, memberId } of rows)
      for (const { text, values } of memberEvent(
        { tenantId, memberId },
        'logInFailed',
        { count: { after: count } },
        'stranger',
      ))
        await client.query(text, values as unknown[]);
  }
}
