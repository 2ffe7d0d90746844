import { averageTenant } from '../../db/average-tenant.js';
import { currentContext, requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { QueryParts } from '../decide/index.js';
import { uuidFloor } from '../describe/index.js';
import { type FieldChange, SECURITY_PREFIX } from './event-log.js';

/**
 * What was done together: everything with one correlation id, everything that one cause did, or everything that somebody did
 * within a period.
 */
export type CauseSelector =
  | { correlationId: string }
  | { cause: { kind: string; id: string } }
  | { actor: { kind: string; id: string; from: string; to: string } };

/** Whose events of a cause count: everybody's, or only those of the context's actor. */
export type WhoseEvents = 'all' | 'own';

/** An event's id is created shortly after its time. This is the upper limit, for the longest transaction. */
const ID_LAG_MS = 3_600_000;
const CLOCK_SLACK_MS = 60_000;

/** The events of a cause are read in this order: what was done last is undone first. */
export interface CauseWindow {
  id: string;
  object: string;
  recordId: string;
}

/** What events are about: the values of records, or with whom records are shared. Merges give shares back themselves. */
type About = 'values' | 'shares';

/**
 * Returns the predicate of a cause's events over an alias of `record_event`. Each kind of cause has an index that ends with the
 * event's id, so that windows of events are read in order.
 */
function predicate(
  cause: CauseSelector,
  whose: WhoseEvents,
  e: string,
  param: (value: unknown) => string,
  about: readonly About[] = ['values'],
): string {
  const all = [`${e}.tenant_id = ${averageTenant(param(requireTenant()))}`];
  if ('correlationId' in cause) all.push(`${e}.correlation_id = ${param(cause.correlationId)}::text`);
  else if ('cause' in cause)
    all.push(
      `${e}.cause_kind = ${param(cause.cause.kind)}`,
      `${e}.cause_id = ${param(cause.cause.id)}::uuid`,
    );
  else {
    const { kind, id, from, to } = cause.actor;
    all.push(
      `${e}.actor_id = ${param(id)}::uuid`,
      `${e}.actor_kind = ${param(kind)}`,
      `${e}.id >= ${param(uuidFloor(Date.parse(from) - CLOCK_SLACK_MS))}::uuid`,
      `${e}.id < ${param(uuidFloor(Date.parse(to) + ID_LAG_MS))}::uuid`,
      `${e}.at >= ${param(from)}::timestamptz`,
      `${e}.at < ${param(to)}::timestamptz`,
    );
  }
  const isSecurity = `starts_with(${e}.object, ${param(SECURITY_PREFIX)})`;
  const isAbout = {
    // Events without a version changed nothing.
    values: `not ${isSecurity} and ${e}.record_version > 0`,
    shares: `${isSecurity} and ${e}.verb in ('shared', 'unshared') and ${e}.cause_kind <> 'merge'`,
  };
  all.push(`(${about.map((one) => isAbout[one]).join(' or ')})`);
  if (whose === 'own') {
    const { actor } = currentContext();
    all.push(
      `((${e}.actor_kind = ${param(actor.kind)} and ${e}.actor_id = ${param(actor.id)}::uuid)
         or ${e}.on_behalf_of ->> 'id' = ${param(actor.id)}::text)`,
    );
  }
  return all.join(' and ');
}

/**
 * Which events of a cause a statement returns: all about values, those of records that existed, those that made or restored a record,
 * or those about shares.
 */
export type CauseEvents = 'all' | 'changes' | 'creations' | 'shares';

/**
 * Returns the statement that reads a cause's events before the one with the given id, newest first, as rows of
 * {@link CauseWindow}.
 */
export function causeWindow(
  cause: CauseSelector,
  whose: WhoseEvents,
  which: CauseEvents,
  before: string | null,
  limit: number,
): Statement {
  const values: unknown[] = [];
  const param = (value: unknown) => `$${values.push(value)}`;
  const where = [predicate(cause, whose, 'e', param, [which === 'shares' ? 'shares' : 'values'])];
  if (which === 'changes') where.push('e.record_version > 1');
  if (which === 'creations') where.push(`(e.record_version = 1 or e.verb = 'restored')`);
  if (before !== null) where.push(`e.id < ${param(before)}::uuid`);
  return {
    text: `select e.id, e.object, e.record_id as "recordId" from record_event e
            where ${where.join(' and ')} order by e.id desc limit ${limit}`,
    values,
  };
}

/** SQL of the object whose record an event `e` is about. */
export const ABOUT_OBJECT = `case when starts_with(e.object, '${SECURITY_PREFIX}') then substr(e.object, ${SECURITY_PREFIX.length + 1}) else e.object end`;

/**
 * Returns the statement that counts a cause's events about values and shares, up to a limit.
 * @param counts a further predicate over `record_event` as `e`, with its values in the parts
 */
export function causeSize(
  cause: CauseSelector,
  whose: WhoseEvents,
  limit: number,
  counts: string,
  parts: QueryParts,
): Statement {
  const where = predicate(cause, whose, 'e', (value) => parts.param(value), ['values', 'shares']);
  return parts.statement(
    `select count(*)::int as events from (select from record_event e where ${where} and ${counts} limit ${limit}) counted`,
  );
}

/** An event of a record, as {@link causeHistories} reads it. */
export interface CauseHistoryRow {
  id: string;
  record_id: string;
  verb: string;
  record_version: number;
  changes: Record<string, FieldChange>;
  personal: Buffer | null;
  fields: string[];
  actor_kind: string;
  cause_kind: string;
  cause_id: string | null;
  /** Whether it belongs to the cause. */
  mine: boolean;
}

/**
 * Returns the events of records as `e`, found by the records and nothing else. Offset keeps other conditions outside: the planner would
 * start from one that its statistics take for rare, such as a cause that has just begun, and read all its events for each batch.
 * @param first SQL of the id of the first event that counts; earlier partitions of the log are not read
 */
const eventsOf = (ids: string[], param: (value: unknown) => string, first?: string) =>
  `unnest(${param(ids)}::uuid[]) r (id) cross join lateral (
     select * from record_event o where o.tenant_id = ${averageTenant(param(requireTenant()))} and o.record_id = r.id
        ${first ? `and o.id >= (${first})` : ''} offset 0) e`;

/** Returns the statement that reads the histories of records from the first event of the cause on, oldest first. */
export function causeHistories(
  cause: CauseSelector,
  whose: WhoseEvents,
  object: string,
  ids: string[],
): Statement {
  const values: unknown[] = [];
  const param = (value: unknown) => `$${values.push(value)}`;
  const isMine = predicate(cause, whose, 'e', param);
  const isFirst = predicate(cause, whose, 'f', param);
  return {
    text: `select e.id, e.record_id, e.verb, e.record_version, e.changes, e.personal, e.fields, e.actor_kind, e.cause_kind, e.cause_id,
                  (${isMine}) as mine
             from ${eventsOf(ids, param, `select f.id from record_event f where ${isFirst} order by f.id limit 1`)}
            where e.object = ${param(object)} and e.record_version > 0
            order by e.record_id, e.record_version, e.id`,
    values,
  };
}

/** Returns the statement that finds those of the records that the cause has changed or made, as `id`. */
export function causesTouching(
  cause: CauseSelector,
  whose: WhoseEvents,
  object: string,
  ids: string[],
): Statement {
  const values: unknown[] = [];
  const param = (value: unknown) => `$${values.push(value)}`;
  return {
    text: `select distinct e.record_id as id from ${eventsOf(ids, param)}
            where ${predicate(cause, whose, 'e', param)} and e.object = ${param(object)}`,
    values,
  };
}

/** An event about a share, as {@link shareHistories} reads it. */
export interface ShareEvent {
  id: string;
  recordId: string;
  changes: Record<string, FieldChange>;
  /** Whether it belongs to the cause. */
  mine: boolean;
}

/** Returns the statement that reads what happened to the shares of records from the first event of the cause on, oldest first. */
export function shareHistories(
  cause: CauseSelector,
  whose: WhoseEvents,
  object: string,
  ids: string[],
): Statement {
  const values: unknown[] = [];
  const param = (value: unknown) => `$${values.push(value)}`;
  const isMine = predicate(cause, whose, 'e', param, ['shares']);
  const isFirst = predicate(cause, whose, 'f', param, ['shares']);
  return {
    text: `select e.id, e.record_id as "recordId", e.changes, (${isMine}) as mine
             from ${eventsOf(ids, param, `select f.id from record_event f where ${isFirst} order by f.id limit 1`)}
            where e.object = ${param(SECURITY_PREFIX + object)} and e.verb in ('shared', 'unshared')
            order by e.id`,
    values,
  };
}
