import { clockOf, isToldByRecord, isToldEverywhere, visibilityIn } from '../decide/index.js';
import {
  type LineCollection,
  linesIn,
  type OwnedLine,
  type RecordState,
  sameValue,
} from '../describe/index.js';
import { applyChange, type FieldChange, linesOfTable, tableOf } from '../remember/index.js';
import { layLines } from './line-merge.js';
import type { WriteAttempt } from './write-attempt.js';
import type { WriteRow } from './write-row.js';
import { currencyOf, presentLoose } from '../read/index.js';

/** A field that both sides changed, with the three values to choose from. */
export interface FieldConflict {
  current: Record<string, unknown>;
  yours: Record<string, unknown>;
  original: Record<string, unknown>;
}

/**
 * Compares a change that was made on an old version with what has happened since, field by field, from the event log.
 * @param since the version that the change was made on
 * @returns undefined when the change touches only fields that nobody else changed (or that now have the same value)
 */
export async function conflictingFields(
  attempt: WriteAttempt,
  row: WriteRow,
  since: number,
): Promise<FieldConflict | undefined> {
  const { batch } = attempt;
  const { access, reader, vault } = attempt.tools;
  const { registry } = reader;
  const [events, secrets] = await batch.uow.together([
    {
      text: `select id, changes, personal from record_event
              where object = $1 and record_id = $2 and record_version > $3 order by record_version, id`,
      values: [batch.descriptor.key, row.id, since],
    },
    {
      text: 'select key_id, wrapped from record_secret where object = $1 and record_id = $2',
      values: [batch.descriptor.key, row.id],
    },
  ]);
  // For a record that the actor does not see, neither its values nor whether the same fields were changed may be
  // revealed.
  if (batch.asks !== 'product' && !row.before!.seen)
    return {
      current: { version: row.before!.version },
      yours: { version: since },
      original: { version: since },
    };
  const original: Record<string, unknown> = {};
  const past: Record<string, FieldChange>[] = [];
  for (const event of events!) {
    const changes: Record<string, FieldChange> = { ...event.changes };
    if (event.personal && secrets![0]) {
      const key = vault.unwrap(batch.uow.tenantId, batch.descriptor.key, row.id, {
        keyId: secrets![0].key_id,
        wrapped: secrets![0].wrapped,
      });
      Object.assign(changes, vault.decryptIfKept(key, event.id, event.personal));
    }
    past.push(changes);
    for (const [field, change] of Object.entries(changes))
      if (!(field in original)) original[field] = change.before ?? null;
  }
  const clash: FieldConflict = { current: {}, yours: {}, original: {} };
  const before = row.before!;
  const rules =
    batch.asks === 'product'
      ? access.rules(batch.descriptor.key, batch.snapshot)
      : access.decide(batch.descriptor.key, 'read', batch.snapshot).rulesFor(before.readBits);
  const view = { registry, snapshot: batch.snapshot, access, clock: clockOf(batch.snapshot) };
  let found = false;
  for (const [key, mine] of Object.entries(row.given)) {
    const f = batch.descriptor.byKey.get(key);
    if (!f) continue;
    const visibility = visibilityIn(before, rules, key);
    const isTold = visibility !== 'hidden';
    // Only an actor who sees the field may learn whether somebody else changed it, and whether to the same value.
    if (!(key in original) && (isTold || batch.asks === 'product')) continue;
    if (visibility === 'clear' && sameValue(mine, before.state[key] ?? null)) continue;
    found = true;
    const currency = currencyOf(f, before.state, batch.snapshot.settings.baseCurrency);
    const show = (value: unknown) => (isTold ? (presentLoose(f, value, rules, currency) ?? null) : null);
    clash.current[key] = show(before.state[key]);
    clash.yours[key] = isTold ? show(mine) : (mine ?? null);
    clash.original[key] =
      isToldByRecord(f, batch.descriptor) && !isToldEverywhere(f, batch.descriptor, rules, view)
        ? null
        : show(original[key]);
  }
  for (const collection of batch.descriptor.lines) {
    if (!row.givenLines.has(collection.key)) continue;
    const conflicts = layLines(attempt, row, collection, linesBefore(collection, before.state, past));
    if (!conflicts.length) continue;
    found = true;
    const tell = (side: 'current' | 'yours' | 'original') => {
      const lines: Record<string, Record<string, unknown> | null> = {};
      for (const { line, field, removedBy, ...values } of conflicts) {
        if (removedBy === side) {
          lines[line] = null;
          continue;
        }
        const isTold = visibilityIn(before, rules, field.key) !== 'hidden';
        const currency = currencyOf(field, before.state, batch.snapshot.settings.baseCurrency);
        const shown = isTold ? presentLoose(field, values[side], rules, currency) : undefined;
        lines[line] = {
          ...lines[line],
          [field.line!.name]: (isTold ? shown : side === 'yours' ? values.yours : null) ?? null,
        };
      }
      return lines;
    };
    for (const side of ['current', 'yours', 'original'] as const) clash[side][collection.key] = tell(side);
  }
  if (!found) return undefined;
  clash.current['version'] = before.version;
  clash.yours['version'] = since;
  clash.original['version'] = since;
  return clash;
}

/** Returns lines as they were before the changes of some events, given oldest first. */
function linesBefore(
  collection: LineCollection,
  state: RecordState,
  events: Record<string, FieldChange>[],
): OwnedLine[] {
  const table = tableOf(collection, linesIn(state, collection));
  for (const changes of events.toReversed())
    for (const key of table.keys()) if (changes[key]) applyChange(table, key, changes[key], 'back');
  return linesOfTable(collection, table);
}
