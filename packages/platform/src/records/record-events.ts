import type { TenantSnapshot } from '../access/index.js';
import { currentContext, requireTenant } from '../context/index.js';
import { RecordSecrets } from '../crypto/index.js';
import type { Statement } from '../db/tenant-pool.js';
import type { FieldDescriptor, PiiClass } from './descriptor.js';
import { newId } from './ids.js';
import type { WriteBatch, WriteRow } from './participants.js';
import { piiOf } from './record-access.js';

/** Values of one field before and after; one of them is missing on create and delete. */
export interface FieldChange {
  before?: unknown;
  after?: unknown;
  /** For a field that is derived in some records only: whether it was derived before, and after. */
  derived?: { before?: boolean; after?: boolean };
}

const PERSONAL: ReadonlySet<PiiClass> = new Set(['personal', 'sensitive', 'secret']);

/** Whether the field is personal, by its class in this company. */
export function isPersonal(object: string, f: FieldDescriptor, snapshot: TenantSnapshot): boolean {
  return PERSONAL.has(piiOf(object, f, snapshot));
}

/**
 * Whether the log stores the field's values only encrypted with the record's secret: personal fields and encrypted
 * ones.
 */
export function isUnderSecret(object: string, f: FieldDescriptor, snapshot: TenantSnapshot): boolean {
  return f.cipher !== undefined || isPersonal(object, f, snapshot);
}

const EVENT_COLUMNS =
  'tenant_id, id, object, record_id, verb, descriptor_version, record_version, changes, personal, actor_kind, actor_id, on_behalf_of, cause_kind, cause_id, cause_version, correlation_id, causation_id, depth, suppress, at, origin, fields';

/**
 * Returns statements that record what happened to the rows: events, their outbox entries, and secrets for records that
 * have none yet.
 * @param secrets wrapped keys of the records that have one
 */
export function eventStatements(
  batch: WriteBatch,
  rows: WriteRow[],
  versions: Map<string, number>,
  vault: RecordSecrets,
  secrets: Map<string, { key_id: string; wrapped: Buffer }>,
): Statement[] {
  const context = currentContext();
  const tenantId = batch.uow.tenantId;
  const object = batch.descriptor.key;
  const newSecrets: object[] = [];
  const events = rows.map((row) => {
    const id = newId();
    const { open, personal } = changesOf(batch, row);
    let sealed: string | null = null;
    if (Object.keys(personal).length) {
      const known = secrets.get(row.id);
      let key: Buffer;
      if (known)
        key = vault.unwrap(tenantId, object, row.id, { keyId: known.key_id, wrapped: known.wrapped });
      else {
        const made = vault.create(tenantId, object, row.id);
        key = made.key;
        newSecrets.push({
          tenant_id: tenantId,
          object,
          record_id: row.id,
          key_id: made.secret.keyId,
          wrapped: '\\x' + made.secret.wrapped.toString('hex'),
        });
      }
      sealed = '\\x' + vault.encrypt(key, id, personal).toString('hex');
    }
    return {
      tenant_id: tenantId,
      id,
      object,
      record_id: row.id,
      verb: row.verb ?? batch.verb,
      descriptor_version: batch.descriptor.version,
      record_version: versions.get(row.id),
      changes: open,
      personal: sealed,
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
      at: batch.now.toISOString(),
      origin: context.origin,
      fields: Object.keys({ ...open, ...personal }),
    };
  });
  return [
    ...(newSecrets.length
      ? [
          {
            text: `insert into record_secret (tenant_id, object, record_id, key_id, wrapped)
                   select tenant_id, object, record_id, key_id, wrapped from json_populate_recordset(null::record_secret, $1::json)`,
            values: [JSON.stringify(newSecrets)],
          },
        ]
      : []),
    ...logStatements(tenantId, events),
  ];
}

/** Returns statements that add events to the log and hand them to the relay. */
function logStatements(tenantId: string, events: { id: string }[]): Statement[] {
  return [
    {
      text: `insert into record_event (${EVENT_COLUMNS}) select ${EVENT_COLUMNS} from json_populate_recordset(null::record_event, $1::json)`,
      values: [JSON.stringify(events)],
    },
    {
      text: 'insert into event_outbox (tenant_id, event_ids) values ($1, $2::uuid[])',
      values: [tenantId, events.map((e) => e.id)],
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
  const context = currentContext();
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
      at: now.toISOString(),
      origin: context.origin,
      fields: Object.keys(event.changes ?? {}),
    })),
  );
}

function changesOf(
  batch: WriteBatch,
  row: WriteRow,
): { open: Record<string, FieldChange>; personal: Record<string, FieldChange> } {
  const open: Record<string, FieldChange> = {};
  const personal: Record<string, FieldChange> = {};
  for (const f of batch.descriptor.fields) {
    if (!f.audited) continue;
    const before = row.before?.state[f.key] ?? null;
    const after = row.after[f.key] ?? null;
    let change: FieldChange | undefined;
    if (batch.operation === 'create') change = isEmpty(after) ? undefined : { after };
    else if (batch.operation === 'delete') change = isEmpty(before) ? undefined : { before };
    else if (batch.operation === 'restore') change = isEmpty(after) ? undefined : { after };
    else if (row.changed(f.key)) change = { before, after };
    const mark = f.derivedFrom?.where;
    if (change && mark)
      change.derived = {
        ...('before' in change ? { before: row.before?.state[mark] === true } : {}),
        ...('after' in change ? { after: row.after[mark] === true } : {}),
      };
    if (change) (isUnderSecret(batch.descriptor.key, f, batch.snapshot) ? personal : open)[f.key] = change;
  }
  return { open, personal };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
