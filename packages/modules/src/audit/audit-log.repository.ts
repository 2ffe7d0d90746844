import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { averageTenant, TenantPool } from '@pellucid/platform/db';
import { LOG_ROWS, type LogRow, SECURITY_PREFIX, uuidFloor } from '@pellucid/platform/records';

/** A filter for the log. All given conditions must hold. */
export interface AuditFilter {
  /** Key of an object, `security.<object>`, or `security` for all security events. */
  object?: string | undefined;
  record?: string | undefined;
  actor?: string | undefined;
  field?: string | undefined;
  action?: string | undefined;
  /** Verbs that may be shown as the requested action; by default only the action itself. */
  verbs?: string[] | undefined;
  correlationId?: string | undefined;
  /** Inclusive, ISO 8601. */
  from?: string | undefined;
  /** Exclusive, ISO 8601. */
  to?: string | undefined;
}

/** All security events. */
export const ALL_SECURITY = SECURITY_PREFIX.slice(0, -1);

/** The result of scanning one window of the log. */
export interface ScanResult {
  /** Newest first. */
  ids: string[];
  /** Where to continue; null at the end of the log. */
  next: string | null;
}

/** Maximum number of events scanned at a time. */
const WINDOW = 5_000;
/** An event's id is created shortly after its time; this is the upper limit, for the longest transaction. */
const ID_LAG_MS = 3_600_000;
const CLOCK_SLACK_MS = 60_000;

/** Reads the log across all records, newest first. */
@Injectable()
export class AuditLogRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Scans one window of the log. It follows the index of the most selective condition and tests the others on the
   * events that it finds, so a rare combination costs one window and not the whole log.
   * @param objects keys of the objects whose events may be returned, in addition to security events
   * @param before id to continue after; undefined starts at the newest
   * @param want maximum number of ids
   */
  async scan(
    filter: AuditFilter,
    objects: string[],
    before: string | undefined,
    want: number,
  ): Promise<ScanResult> {
    const values: unknown[] = [requireTenant()];
    const param = (value: unknown) => `$${values.push(value)}`;
    const walked = ['e.tenant_id = $1'];
    const tried = [
      `(object = any(${param(objects)}::text[]) or starts_with(object, ${param(SECURITY_PREFIX)}))`,
    ];
    const along = walkedBy(filter);
    const conditions: Record<string, [string, unknown, string]> = {
      correlationId: ['correlation_id', filter.correlationId, 'text'],
      record: ['record_id', filter.record, 'uuid'],
      actor: ['actor_id', filter.actor, 'uuid'],
      action: ['verb', filter.action === undefined ? undefined : (filter.verbs ?? [filter.action]), 'text[]'],
      object: ['object', filter.object === ALL_SECURITY ? undefined : filter.object, 'text'],
    };
    for (const [name, [column, value, type]] of Object.entries(conditions)) {
      if (value === undefined) continue;
      const is = type.endsWith('[]')
        ? `${column} = any(${param(value)}::${type})`
        : `${column} = ${param(value)}::${type}`;
      if (name === along) walked.push(`e.${is}`);
      else tried.push(is);
    }
    if (filter.object === ALL_SECURITY) tried.push(`starts_with(object, ${param(SECURITY_PREFIX)})`);
    if (filter.field !== undefined) tried.push(`${param(filter.field)}::text = any(fields)`);
    if (filter.from !== undefined) {
      walked.push(`e.id >= ${param(uuidFloor(Date.parse(filter.from) - CLOCK_SLACK_MS))}::uuid`);
      tried.push(`at >= ${param(filter.from)}::timestamptz`);
    }
    if (filter.to !== undefined) {
      walked.push(`e.id < ${param(uuidFloor(Date.parse(filter.to) + ID_LAG_MS))}::uuid`);
      tried.push(`at < ${param(filter.to)}::timestamptz`);
    }
    if (before !== undefined) walked.push(`e.id < ${param(before)}::uuid`);
    const { rows } = await this.pool.query({
      text: `with looked_at as materialized (
               select e.id, e.object, e.record_id, e.actor_id, e.verb, e.correlation_id, e.fields, e.at from record_event e
                where ${walked.join(' and ')} order by e.id desc limit ${WINDOW}),
             found as (select id from looked_at where ${tried.join(' and ')} order by id desc limit ${want})
             select array(select f.id::text from found f order by f.id desc) as ids,
                    (select count(*) from looked_at)::int as count,
                    (select id from looked_at order by id limit 1) as last`,
      values,
    });
    const { ids, count, last } = rows[0];
    if (ids.length === want) return { ids, next: ids.at(-1) };
    return { ids, next: count === WINDOW ? last : null };
  }

  /** Returns events by id, newest first. */
  async load(ids: string[]): Promise<LogRow[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.pool.query({
      text: `${LOG_ROWS} where e.tenant_id = ${averageTenant('$1')} and e.id = any($2::uuid[]) order by e.id desc`,
      values: [requireTenant(), ids],
    });
    return rows;
  }
}

/** Verbs that make up most of the log; filtering by object is more selective. */
const COMMON_VERBS = new Set(['created', 'updated', 'deleted']);

function walkedBy(filter: AuditFilter): keyof AuditFilter | undefined {
  const { correlationId, record, actor, action } = filter;
  const object = filter.object === ALL_SECURITY ? undefined : filter.object;
  if (correlationId !== undefined) return 'correlationId';
  if (record !== undefined) return 'record';
  if (action !== undefined && !COMMON_VERBS.has(action)) return 'action';
  if (actor !== undefined) return 'actor';
  if (object !== undefined) return 'object';
  return action === undefined ? undefined : 'action';
}
