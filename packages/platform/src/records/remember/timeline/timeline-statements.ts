import { requireTenant } from '../../../context/index.js';
import type { Statement } from '../../../db/tenant-pool.js';
import { QueryParts } from '../../decide/index.js';
import {
  allFieldsOf,
  type FieldDescriptor,
  type RecordDescriptor,
  referringIds,
  valueOfTarget,
} from '../../describe/index.js';
import { openerIn, withinSql } from '../../read/index.js';
import { knownEvents } from '../computed-events.js';
import { SECURITY_PREFIX } from '../event-log.js';
import { disguisedVerbs, type SeenRecord } from '../event-presenter.js';
import { LOG_ROWS, logRows } from '../log-rows.js';
import { eventsAfter, instantText, type TimelinePosition } from './timeline-position.js';
import type { AboutObject, RelatedObject } from './timeline-sources.js';

/** Which entries of a source are read: those after a position, the newest first, of everybody or of some people. */
export interface TimelineWindow {
  after: TimelinePosition | undefined;
  limit: number;
  /** Ids of the people and API keys whose entries count; undefined for all. */
  people: string[] | undefined;
}

/**
 * So many records that refer to the record tell what happens to them: those that changed last. They are looked up one by one in
 * the log, whose index begins with the record.
 */
const MOST_TELLING = 300;

/** Shares are in the log as security events. Everybody who sees a record may know with whom it is shared. */
const SHARES = ['shared', 'unshared'];

/** Returns the statement that reads a record's own events, as rows of the log. What would tell the reader nothing stays out. */
export function ownEvents(of: SeenRecord, window: TimelineWindow): Statement {
  const { context, record, rules } = of;
  const { key } = context.descriptor;
  const parts = new QueryParts([requireTenant(), record.id]);
  const known = [`e.object = ${parts.param(key)}`, knownEvents(context, (value) => parts.param(value))];
  if (!rules.allClear) {
    const quiet = ['updated', ...disguisedVerbs([context.descriptor])];
    const shown = keysInLog(context.descriptor).filter((each) => rules.read(each) !== 'hidden');
    known.push(`(e.verb <> all(${parts.param(quiet)}::text[]) or e.fields && ${parts.param(shown)}::text[])`);
  }
  const shares = `e.object = ${parts.param(SECURITY_PREFIX + key)} and e.verb = any(${parts.param(SHARES)}::text[])`;
  return parts.statement(
    `${LOG_ROWS} where e.tenant_id = $1 and e.record_id = $2 and (${known.join(' and ')} or ${shares})
        ${eventsOf(window, 'e', parts)} order by e.id desc limit ${window.limit}`,
  );
}

/** Returns the statement that reads what happened to records that refer to the record, as rows of the log. */
export function relatedEvents(source: RelatedObject, target: SeenRecord, window: TimelineWindow): Statement {
  const { descriptor, quiet } = source;
  const parts = new QueryParts([requireTenant()]);
  const events = `select o.* from record_event o
     where o.tenant_id = $1 and o.record_id = r.id and o.object = ${parts.param(descriptor.key)}
       and o.verb <> all(${parts.param(quiet)}::text[]) ${eventsOf(window, 'o', parts)}
     order by o.id desc limit ${window.limit}`;
  const telling = `select t.id from ${descriptor.source} t where ${referring(source, target, parts).join(' and ')}
     order by t.updated_at desc, t.id desc limit ${MOST_TELLING}`;
  return parts.statement(
    `${logRows(`(${telling}) r cross join lateral (${events}) e`)}
      order by e.id desc limit ${window.limit}`,
  );
}

/** Returns the statement that reads which records are about the record: `id` and `at`, in microseconds. */
export function aboutRecords(
  source: AboutObject,
  target: SeenRecord,
  { after, limit, people }: TimelineWindow,
  { now, isUpcoming }: { now: number; isUpcoming: boolean },
): Statement {
  const parts = new QueryParts([requireTenant()]);
  const at = source.at ? `coalesce(${source.at.storage.value('t')}, t.created_at)` : 't.created_at';
  const time = (position: number) => `${parts.param(instantText(position))}::timestamptz`;
  const where = [
    ...referring(source, target, parts),
    't.deleted_at is null',
    `${at} ${isUpcoming ? '>' : '<='} ${time(now)}`,
  ];
  if (after) where.push(`(${at}, t.id) < (${time(after.at)}, ${parts.param(after.id)}::uuid)`);
  if (people) where.push(`t.created_by_id = any(${parts.param(people)}::uuid[])`);
  const order = isUpcoming ? '' : 'desc';
  return parts.statement(
    `select t.id, (extract(epoch from ${at}) * 1000000)::bigint::text as at from ${source.descriptor.source} t
      where ${where.join(' and ')} order by ${at} ${order}, t.id ${order} limit ${limit}`,
  );
}

/** Returns predicates for the records `t` of a source that refer to the record and that the reader may see. */
function referring(
  { descriptor, access, context, fields }: AboutObject | RelatedObject,
  target: SeenRecord,
  parts: QueryParts,
): string[] {
  const { key: object, source } = target.context.descriptor;
  const { id } = target.record;
  const leading = fields.map((f, nth) =>
    referringIds(
      { storage: f.storage, record: `f${nth}`, target: { object, source, alias: `to${nth}` } },
      descriptor.source,
      '$1',
      `to${nth}.id = ${parts.param(id)}::uuid`,
    ),
  );
  const where = ['t.tenant_id = $1', `t.id = any(array(${leading.join(' union ')}))`];
  if (access.scope) {
    // The record may open all of them, which is asked once.
    const [only, another] = fields;
    const opener = another ? undefined : openerIn(leadsTo(only!, object, id), access.scope);
    where.push(withinSql(access.scope, opener, context, parts));
  }
  return where;
}

const leadsTo = (f: FieldDescriptor, object: string, id: string) => ({
  field: f.key,
  op: 'in' as const,
  value: [valueOfTarget(f, { object, id })],
});

/** Returns the end of a WHERE clause for the events of a window. */
function eventsOf({ after, people }: TimelineWindow, alias: string, parts: QueryParts): string {
  const where: string[] = [];
  if (after) where.push(`${alias}.id < ${parts.param(eventsAfter(after))}::uuid`);
  if (people) {
    const ids = parts.param(people);
    where.push(
      `(${alias}.actor_id = any(${ids}::uuid[]) or ${alias}.on_behalf_of ->> 'id' = any(${ids}::text[]))`,
    );
  }
  return where.map((each) => `and ${each}`).join(' ');
}

/** Returns the keys under which events name what changed. */
function keysInLog(descriptor: RecordDescriptor): string[] {
  return [
    ...allFieldsOf(descriptor).map(({ key }) => key),
    ...descriptor.lines.map(({ key }) => key),
    ...descriptor.former.keys(),
  ];
}
