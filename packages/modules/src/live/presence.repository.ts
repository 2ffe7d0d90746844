import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';

/** Seconds after which a tab that was not said again is gone: its process was killed. */
const FORGOTTEN_SECONDS = 6;

/** One tab that shows a record. */
export interface Presence {
  socketId: string;
  tenantId: string;
  memberId: string;
  object: string;
  recordId: string;
  field: string | null;
  isTyping: boolean;
}

/** Tabs of all processes, by what they show. The table is unlogged: after a crash of the database it is empty, and fills again. */
@Injectable()
export class PresenceRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Says which tabs this process has, and returns every tab that shows one of their records. */
  async exchange(own: Presence[]): Promise<Presence[]> {
    await this.platform.query(
      `insert into live_presence (tenant_id, socket_id, member_id, object, record_id, field, is_typing, seen_at)
       select tenant_id, socket_id, member_id, object, record_id, field, is_typing, now()
         from json_populate_recordset(null::live_presence, $1::json)
       on conflict (tenant_id, object, record_id, socket_id) do update
         set field = excluded.field, is_typing = excluded.is_typing, seen_at = excluded.seen_at`,
      [
        JSON.stringify(
          own.map((each) => ({
            tenant_id: each.tenantId,
            socket_id: each.socketId,
            member_id: each.memberId,
            object: each.object,
            record_id: each.recordId,
            field: each.field,
            is_typing: each.isTyping,
          })),
        ),
      ],
    );
    const { rows } = await this.platform.query<Presence>(
      `select socket_id as "socketId", tenant_id as "tenantId", member_id as "memberId", object,
              record_id as "recordId", field, is_typing as "isTyping"
         from live_presence
        where (tenant_id, object, record_id) in (select * from unnest($1::uuid[], $2::text[], $3::uuid[]))
          and seen_at > now() - make_interval(secs => $4)`,
      [
        own.map(({ tenantId }) => tenantId),
        own.map(({ object }) => object),
        own.map(({ recordId }) => recordId),
        FORGOTTEN_SECONDS,
      ],
    );
    return rows;
  }

  /** Removes tabs that show nothing any more, and what killed processes left. */
  async remove(socketIds: string[]): Promise<void> {
    await this.platform.query(
      `delete from live_presence where socket_id = any($1::uuid[]) or seen_at < now() - interval '1 minute'`,
      [socketIds],
    );
  }
}
