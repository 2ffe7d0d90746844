import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { PlatformPool, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { FollowCause } from './follows/follow.types.js';
import type { NoticeElsewhere } from './notifier.js';

/** A notice as its rows are made from it. */
export interface NoticeRow {
  id: string;
  member_id: string;
  kind: string;
  key: string;
  object: string | null;
  record_id: string;
  event_id: string;
  fields: string[] | null;
  via_object: string | null;
  via_id: string | null;
  followed: FollowCause[] | null;
  elsewhere: NoticeElsewhere[] | null;
  parameters: Record<string, string | number>;
  actor_kind: string;
  actor_id: string | null;
  in_app: boolean;
  at: string;
}

/** A record that a notification is about, and what its reader must see besides it. */
export interface Subject {
  recordId: string;
  /** Fields of which they must see one; null if that doesn't matter. */
  fields: string[] | null;
  viaObject: string | null;
  viaId: string | null;
  /** Why they follow the record, of which they must see one; null if they are told whether they follow it or not. */
  followed: FollowCause[] | null;
  /** What else tells them of the event. */
  elsewhere: NoticeElsewhere[] | null;
}

/** A stored notification. */
export interface StoredNotification {
  id: string;
  kind: string;
  object: string | null;
  /** What it is about, at most one more than {@link MOST_COUNTED}. */
  subjects: Subject[];
  parameters: Record<string, string | number>;
  actorKind: string;
  actorId: string | null;
  createdAt: Date;
  shownAt: Date;
  readAt: Date | null;
  archivedAt: Date | null;
}

/** Which part of the inbox. */
export type InboxPart = 'inbox' | 'archived' | 'snoozed';

/** Which notifications are meant. */
export interface InboxFilter {
  part: InboxPart;
  unread?: boolean | undefined;
  kind?: string | undefined;
}

/** A place in the order of the inbox. */
export interface InboxPlace {
  id: string;
  /** ISO 8601. */
  shownAt: string;
}

/** Most records of a notification that are counted. */
export const MOST_COUNTED = 1_000;

const PART: Record<InboxPart, string> = {
  inbox: 'in_app and archived_at is null and shown_at <= now()',
  archived: 'in_app and archived_at is not null',
  snoozed: 'in_app and archived_at is null and shown_at > now()',
};

const COLUMNS = `n.id, n.kind, n.object, n.parameters, n.actor_kind as "actorKind", n.actor_id as "actorId",
  n.created_at as "createdAt", n.shown_at as "shownAt", n.read_at as "readAt", n.archived_at as "archivedAt",
  to_json(array(select distinct jsonb_build_object('recordId', record_id, 'fields', fields, 'viaObject', via_object, 'viaId', via_id,
    'followed', followed, 'elsewhere', elsewhere) from (
    select e.record_id, e.fields, e.via_object, e.via_id, e.followed, e.elsewhere from notification_event e
    where e.tenant_id = n.tenant_id and e.notification_id = n.id
    limit ${MOST_COUNTED + 1}) counted)) as "subjects"`;

const GIVEN = `given as (
  select * from jsonb_to_recordset($2::jsonb) as g(id uuid, member_id uuid, kind text, key text, object text, record_id uuid,
    event_id uuid, fields text[], via_object text, via_id uuid, followed jsonb, elsewhere jsonb, parameters jsonb, actor_kind text, actor_id uuid, in_app boolean, at timestamptz))`;

const RAISE = `insert into notification_inbox as i (tenant_id, member_id)`;
const RAISED = 'on conflict (tenant_id, member_id) do update set version = i.version + 1';

const dateOrNull = (text: string | null) => (text === null ? null : new Date(text));

function stored(row: any): StoredNotification {
  return {
    ...row,
    createdAt: new Date(row.createdAt),
    shownAt: new Date(row.shownAt),
    readAt: dateOrNull(row.readAt),
    archivedAt: dateOrNull(row.archivedAt),
  };
}

/** The rows of notifications. */
@Injectable()
export class NotificationsRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /**
   * Adds notices: to a notification with the same key, or as a new one. One round trip.
   * @returns the notifications that are new
   */
  async add(uow: UnitOfWork, rows: NoticeRow[]): Promise<{ id: string; memberId: string; kind: string }[]> {
    const values = [uow.tenantId, JSON.stringify(rows)];
    const [made] = await uow.together([
      {
        text: `with ${GIVEN}
          insert into notification (tenant_id, id, member_id, kind, key, object, parameters, actor_kind, actor_id, in_app, created_at, shown_at)
          select distinct on (g.member_id, g.key) $1, g.id, g.member_id, g.kind, g.key, g.object, g.parameters, g.actor_kind, g.actor_id,
                 g.in_app, g.at, g.at
            from given g join member m on m.tenant_id = $1 and m.id = g.member_id
           where m.status = 'active' and m.deleted_at is null
           order by g.member_id, g.key, g.id
          on conflict (tenant_id, member_id, key) do nothing
          returning id, member_id as "memberId", kind`,
        values,
      },
      {
        text: `with ${GIVEN},
          counted as (
            insert into notification_event (tenant_id, notification_id, event_id, record_id, fields, via_object, via_id, followed, elsewhere)
            select $1, n.id, g.event_id, g.record_id, g.fields, g.via_object, g.via_id, g.followed, g.elsewhere
              from given g join notification n on n.tenant_id = $1 and n.member_id = g.member_id and n.key = g.key
            on conflict do nothing returning notification_id)
          ${RAISE}
          select distinct $1::uuid, n.member_id from counted c join notification n on n.tenant_id = $1 and n.id = c.notification_id
           order by n.member_id
          ${RAISED}`,
        values,
      },
    ]);
    return made as { id: string; memberId: string; kind: string }[];
  }

  /** Returns some of a person's notifications, those shown last first. */
  async findMany(memberId: string, ids: string[]): Promise<StoredNotification[]> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from notification n where n.tenant_id = $1 and n.member_id = $2 and n.id = any($3::uuid[])
              order by n.shown_at desc, n.id desc`,
      values: [requireTenant(), memberId, ids],
    });
    return rows.map(stored);
  }

  /** Returns notifications of a person, those shown last first. */
  async page(
    memberId: string,
    { part, unread, kind }: InboxFilter,
    limit: number,
    after?: InboxPlace,
  ): Promise<StoredNotification[]> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from notification n
              where n.tenant_id = $1 and n.member_id = $2 and ${PART[part]}
                ${unread ? 'and n.read_at is null' : ''} and ($3::text is null or n.kind = $3)
                and ($4::timestamptz is null or (n.shown_at, n.id) < ($4, $5::uuid))
              order by n.shown_at desc, n.id desc limit $6`,
      values: [requireTenant(), memberId, kind ?? null, after?.shownAt ?? null, after?.id ?? null, limit],
    });
    return rows.map(stored);
  }

  /** Returns one notification of a person. */
  async find(memberId: string, id: string): Promise<StoredNotification | undefined> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from notification n where n.tenant_id = $1 and n.member_id = $2 and n.id = $3 and n.in_app`,
      values: [requireTenant(), memberId, id],
    });
    return rows[0] && stored(rows[0]);
  }

  /** Runs a statement of the record engine that reads records by id. @returns the ids that it found */
  async idsOf(statement: Statement): Promise<Set<string>> {
    const [found] = await this.pool.read([statement]);
    return new Set((found!.rows as unknown as string[][]).map(([id]) => id!));
  }

  /** Returns when the next snoozed notification of a person comes back. */
  async nextShown(memberId: string): Promise<Date | null> {
    const { rows } = await this.pool.query({
      text: `select min(shown_at) as next from notification where tenant_id = $1 and member_id = $2 and ${PART.snoozed}`,
      values: [requireTenant(), memberId],
    });
    return rows[0].next && new Date(rows[0].next);
  }

  /** Changes a notification; what is undefined stays. */
  async change(
    uow: UnitOfWork,
    memberId: string,
    id: string,
    {
      read,
      archived,
      shownAt,
    }: { read?: boolean | undefined; archived?: boolean | undefined; shownAt?: Date | undefined },
  ): Promise<void> {
    const set = (column: string, wish: boolean | undefined) =>
      wish === undefined ? [] : [`${column} = ${wish ? `coalesce(${column}, now())` : 'null'}`];
    const sets = [
      ...set('read_at', read),
      ...set('archived_at', archived),
      ...(shownAt ? ['shown_at = $4'] : []),
    ];
    if (sets.length === 0) return;
    await uow.together([
      {
        text: `update notification set ${sets.join(', ')} where tenant_id = $1 and member_id = $2 and id = $3`,
        values: [uow.tenantId, memberId, id, ...(shownAt ? [shownAt.toISOString()] : [])],
      },
      this.raised(uow.tenantId, memberId),
    ]);
  }

  /** Marks what is in a person's inbox as read. @param until only what was shown by then */
  async readAll(uow: UnitOfWork, memberId: string, until: Date, kind?: string): Promise<void> {
    await uow.together([
      {
        text: `update notification set read_at = now() where tenant_id = $1 and member_id = $2 and read_at is null
                 and ${PART.inbox} and shown_at <= $3 and ($4::text is null or kind = $4)`,
        values: [uow.tenantId, memberId, until.toISOString(), kind ?? null],
      },
      this.raised(uow.tenantId, memberId),
    ]);
  }

  /** Returns the versions of people's inboxes, by member; those without notifications are missing. */
  async versionsOf(people: { tenantId: string; memberId: string }[]): Promise<Map<string, string>> {
    const { rows } = await this.platform.query<{ id: string; version: string }>(
      `select member_id as id, version from notification_inbox
        where (tenant_id, member_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
      [people.map(({ tenantId }) => tenantId), people.map(({ memberId }) => memberId)],
    );
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  /** Deletes old notifications, in all tenants. @returns how many */
  async purge(days: number): Promise<number> {
    for (let removed = 0; ; ) {
      const { rowCount } = await this.platform.query(
        `with old as (select tenant_id, id from notification where shown_at < now() - make_interval(days => $1) limit 5000),
           deliveries as (
             delete from notification_delivery d using old where d.tenant_id = old.tenant_id and d.notification_id = old.id),
           events as (
             delete from notification_event e using old where e.tenant_id = old.tenant_id and e.notification_id = old.id)
         delete from notification n using old where n.tenant_id = old.tenant_id and n.id = old.id`,
        [days],
      );
      removed += rowCount ?? 0;
      if (rowCount !== 5_000) return removed;
    }
  }

  private raised(tenantId: string, memberId: string) {
    return { text: `${RAISE} values ($1, $2) ${RAISED}`, values: [tenantId, memberId] };
  }
}
