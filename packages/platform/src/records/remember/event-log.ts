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

/** An event as it is handed to the log. */
export interface LoggedEvent {
  id: string;
  object: string;
  record_id: string;
  verb: string;
  record_version: number;
  changes: Record<string, FieldChange>;
  /** Changes of personal values, encrypted, as hexadecimal text; null if there are none. */
  personal: string | null;
  /** Keys of the fields that changed. */
  fields: string[];
}

/** Columns in which the events of a statement differ, with their types. */
const OF_EVENT = {
  id: 'uuid',
  object: 'text',
  record_id: 'uuid',
  verb: 'text',
  record_version: 'int',
  changes: 'jsonb',
  personal: 'bytea',
  fields: 'text[]',
} satisfies Record<keyof LoggedEvent, string>;

/** Columns in which they agree: who and what caused them, and when. */
const OF_STATEMENT = {
  tenant_id: 'uuid',
  descriptor_version: 'int',
  at: 'timestamptz',
  actor_kind: 'text',
  actor_id: 'uuid',
  on_behalf_of: 'jsonb',
  cause_kind: 'text',
  cause_id: 'uuid',
  cause_version: 'int',
  correlation_id: 'text',
  causation_id: 'uuid',
  depth: 'smallint',
  suppress: 'text[]',
  origin: 'jsonb',
};

const LOG = logText();

/**
 * Composes the statement that logs events. What they agree in comes as parameters of their own, since Postgres would read
 * it anew from the JSON of each event.
 */
function logText(): string {
  const own = Object.entries(OF_EVENT);
  const common = Object.entries(OF_STATEMENT);
  const columns = [...own, ...common].map(([column]) => column).join(', ');
  const values = [
    ...own.map(([column]) => `r.${column}`),
    ...common.map(([, type], n) => `$${n + 4}::${type}`),
  ].join(', ');
  return `with logged as (
      insert into record_event (${columns})
      select ${values} from json_to_recordset($1::json) r (${own.map((column) => column.join(' ')).join(', ')}))
    insert into event_outbox (tenant_id, event_ids, kinds) values ($4::uuid, $2::uuid[], $3::text[])`;
}

/**
 * Returns the statement that adds events to the log and hands them to the relay, with the context's actor, cause and origin.
 * @param descriptorVersion version of the description under which their values were written
 */
export function logStatement(
  tenantId: string,
  events: LoggedEvent[],
  descriptorVersion: number,
  at: Date,
): Statement {
  const context = currentContext();
  const common: Record<keyof typeof OF_STATEMENT, unknown> = {
    tenant_id: tenantId,
    descriptor_version: descriptorVersion,
    at: at.toISOString(),
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
  return {
    text: LOG,
    values: [
      JSON.stringify(events),
      events.map((e) => e.id),
      [...new Set(events.map(({ object, verb }) => `${object}:${verb}`))],
      ...Object.keys(OF_STATEMENT).map((column) => common[column as keyof typeof OF_STATEMENT]),
    ],
  };
}

/**
 * Returns the statement that notes in a record's history that something was done with it which changed nothing, such as a
 * download. It has no version: replays and undoing pass over it.
 * @param verb in the past tense: `downloaded`
 */
export function notedEventStatement(object: string, recordId: string, verb: string): Statement {
  const event: LoggedEvent = {
    id: newId(),
    object,
    record_id: recordId,
    verb,
    record_version: 0,
    changes: {},
    personal: null,
    fields: [],
  };
  return logStatement(requireTenant(), [event], 1, new Date());
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
  const logged = events.map(
    (event): LoggedEvent => ({
      id: newId(),
      object: SECURITY_PREFIX + event.object,
      record_id: event.recordId,
      verb: event.verb,
      record_version: 0,
      changes: event.changes ?? {},
      personal: null,
      fields: Object.keys(event.changes ?? {}),
    }),
  );
  return [logStatement(requireTenant(), logged, 1, now)];
}
