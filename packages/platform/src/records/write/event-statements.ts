import { RecordSecrets } from '../../crypto/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { type FieldChange, lineChanges, type LoggedEvent, logStatement } from '../remember/index.js';
import { fieldOf, linesIn, newId, type OwnedLine } from '../describe/index.js';
import type { WriteBatch } from './participants.js';
import { mergedText, originText } from './value-origin.js';
import type { WriteRow } from './write-row.js';
import { isDerivedIn, isToldByRecord, isUnderSecret } from '../decide/index.js';

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
  const tenantId = batch.uow.tenantId;
  const object = batch.descriptor.key;
  const newSecrets: object[] = [];
  const events = rows.map((row): LoggedEvent => {
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
      id,
      object,
      record_id: row.id,
      verb: row.verb ?? batch.verb,
      record_version: versions.get(row.id)!,
      changes: open,
      personal: sealed,
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
    logStatement(tenantId, events, batch.descriptor.version, batch.now),
  ];
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
    if (isToldByRecord(f, batch.descriptor)) {
      const was = isDerivedIn(row.before?.state ?? {}, f, batch.descriptor);
      const is = isDerivedIn(row.after, f, batch.descriptor);
      // The same value, but now somebody answers for it: other people see it.
      if (batch.operation === 'update' && was !== is) change = { before, after };
      if (change)
        change.derived = {
          ...('before' in change ? { before: was } : {}),
          ...('after' in change ? { after: is } : {}),
        };
    }
    const origin = batch.operation === 'delete' ? undefined : row.unasked.get(f.key);
    const source = row.takenFrom[f.key];
    if (change && origin) change.origin = originText(origin);
    else if (change && source) change.origin = mergedText(source);
    if (change) (isUnderSecret(batch.descriptor.key, f, batch.snapshot) ? personal : open)[f.key] = change;
  }
  for (const collection of batch.descriptor.lines) {
    const none: OwnedLine[] = [];
    const before = batch.operation === 'restore' ? none : linesIn(row.before?.state ?? {}, collection);
    const after = batch.operation === 'delete' ? none : linesIn(row.after, collection);
    for (const [key, both] of Object.entries(lineChanges(collection, before, after))) {
      const f = fieldOf(batch.descriptor, key);
      if (f && !f.audited) continue;
      const change: FieldChange =
        batch.operation === 'update'
          ? both
          : batch.operation === 'delete'
            ? { before: both.before }
            : { after: both.after };
      const origins = [...(row.lineOriginsOf(key) ?? [])].filter(([id]) => id in both.after);
      if (origins.length && batch.operation !== 'delete')
        change.origins = Object.fromEntries(origins.map(([id, origin]) => [id, originText(origin)]));
      (f && isUnderSecret(batch.descriptor.key, f, batch.snapshot) ? personal : open)[key] = change;
    }
  }
  return { open, personal };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
