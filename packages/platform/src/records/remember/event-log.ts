import { currentContext, requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { newId } from '../describe/index.js';

/** Values of one field before and after; one of them is missing on create and delete. */
export interface FieldChange {
  before?: unknown;
  after?: unknown;
  /** For a field that is derived in some records only: whether it was derived before, and after. */
  derived?: { before?: boolean; after?: boolean };
  /**
   * Where the value after comes from, if it was not plainly asked for: `preset`, `default`, `derived:<module>` or
   * `rule:<id>@<version>`.
   */
  origin?: string;
  /** The same for a field of lines, by line id. */
  origins?: Record<string, string>;
}

const EVENT_COLUMNS =
  'tenant_id, id, object, record_id, verb, descriptor_version, record_version, changes, personal, actor_kind, actor_id, on_behalf_of, cause_kind, cause_id, cause_version, correlation_id, causation_id, depth, suppress, at, origin, fields';

/** Returns the columns that say who and what caused an event, from the context. */
export function eventSource() {
  const context = currentContext();
  return {
    actor_kind: context.actor.kind,
    actor_id: context.actor.id,
    on_behalf_of: context.actor.onBehalfOf ?? null,
    cause_kind: context.cause.kind,
    cause_id: context.cause.id,
    cause_version: context.cause.version ?? null,
    correlation_id: context.correlationId,
    causation_id: context.causationId,
    depth: context.depth,
    suppress: context.suppress,
    origin: context.origin,
  };
}

/** Returns statements that add events to the log and hand them to the relay. */
export function logStatements(
  tenantId: string,
  events: { id: string; object: string; verb: string }[],
): Statement[] {
  return [
    {
      text: `insert into record_event (${EVENT_COLUMNS}) select ${EVENT_COLUMNS} from json_populate_recordset(null::record_event, $1::json)`,
      values: [JSON.stringify(events)],
    },
    {
      text: 'insert into event_outbox (tenant_id, event_ids, kinds) values ($1, $2::uuid[], $3::text[])',
      values: [
        tenantId,
        events.map((e) => e.id),
        [...new Set(events.map(({ object, verb }) => `${object}:${verb}`))],
      ],
    },
  ];
}

/** An event about rights or log-ins. People who may see the audit log see it, and the seals cover it. */
export interface SecurityEvent {
  /** What happened, in the past tense: `loggedIn`, `roleChanged`, `fieldRevealed`. */
  verb: string;
  /** What it concerns: `member`, `role`, `apiKey`, `session`, `maskingRule`, `tenant`, or a business object's key. */
  object: string;
  recordId: string;
  /** Before and after. Must not contain personal values, since no record's secret encrypts them. */
  changes?: Record<string, FieldChange>;
}

/** Prefix of the objects of security events in the log, so that they do not appear in any record's history. */
export const SECURITY_PREFIX = 'security.';

/**
 * Returns statements that add security events to the company's log, with the context's actor, cause and origin. Run
 * them in the transaction of the change that they describe.
 */
export function securityEventStatements(events: SecurityEvent[], now = new Date()): Statement[] {
  const source = eventSource();
  const tenantId = requireTenant();
  return logStatements(
    tenantId,
    events.map((event) => ({
      tenant_id: tenantId,
      id: newId(),
      object: SECURITY_PREFIX + event.object,
      record_id: event.recordId,
      verb: event.verb,
      descriptor_version: 1,
      record_version: 0,
      changes: event.changes ?? {},
      personal: null,
      ...source,
      at: now.toISOString(),
      fields: Object.keys(event.changes ?? {}),
    })),
  );
}
