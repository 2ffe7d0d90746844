import type { Actor, Cause } from '../context/index.js';

/** An entry of the record log with its position in the tenant's feed. */
export interface FeedEvent {
  /** Position in the tenant's feed. Positions increase; some may be missing. */
  position: number;
  id: string;
  tenantId: string;
  object: string;
  recordId: string;
  verb: string;
  descriptorVersion: number;
  recordVersion: number;
  /** The change, before and after, as the record engine wrote it; without personal values. */
  changes: any;
  /** Keys of the fields that changed, including those whose values are in `personal`. */
  fields: string[];
  /** Personal values, encrypted with the record's secret. Read them with {@link EventDecryptor}. */
  personal: Buffer | null;
  actor: Actor;
  cause: Cause;
  correlationId: string;
  /** The event or job that caused this event. */
  causationId: string | null;
  depth: number;
  /** Consumers that must not react; the runner skips them. */
  suppress: string[];
  /** When it happened, ISO 8601 in UTC. */
  at: string;
}

/** Columns of `record_event e` that {@link toFeedEvent} reads. */
export const EVENT_COLUMNS = `e.id, e.tenant_id, e.object, e.record_id, e.verb, e.descriptor_version, e.record_version,
  e.changes, e.personal, e.actor_kind, e.actor_id, e.on_behalf_of, e.cause_kind, e.cause_id, e.cause_version,
  e.correlation_id, e.causation_id, e.depth, to_json(e.suppress) as suppress, e.at, to_json(e.fields) as fields`;

/** Converts a row of {@link EVENT_COLUMNS} with its `position` (bigint as text) to an event. */
export function toFeedEvent(row: any): FeedEvent {
  return {
    position: Number(row.position),
    id: row.id,
    tenantId: row.tenant_id,
    object: row.object,
    recordId: row.record_id,
    verb: row.verb,
    descriptorVersion: row.descriptor_version,
    recordVersion: row.record_version,
    changes: row.changes,
    fields: row.fields ?? [],
    personal: row.personal,
    actor: {
      kind: row.actor_kind,
      id: row.actor_id,
      ...(row.on_behalf_of ? { onBehalfOf: row.on_behalf_of } : {}),
    },
    cause: {
      kind: row.cause_kind,
      id: row.cause_id,
      ...(row.cause_version === null ? {} : { version: row.cause_version }),
    },
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    depth: row.depth,
    suppress: row.suppress ?? [],
    at: new Date(row.at).toISOString(),
  };
}
