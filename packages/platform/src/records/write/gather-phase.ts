import type { RecordLink } from '@pellucid/conditions';
import type { Statement } from '../../db/tenant-pool.js';
import { isUnderSecret, withoutLimits } from '../decide/index.js';
import { allFieldsOf, type FieldDescriptor, lineFieldsOf, targetsIn } from '../describe/index.js';
import type { LockedRead } from '../read/index.js';
import type { WriteParticipant } from './participants.js';
import { parseFieldValue, parseHeldValue } from './record-input.js';
import { referenceLookup } from './reference-check.js';
import { planBefore, type WriteAttempt } from './write-attempt.js';
import type { WriteRow } from './write-row.js';

/** Statements that fetch what must be known before the rules run, and where each answer will be among theirs. */
export interface Gathering {
  all: Statement[];
  /** The records as they are; undefined if they are new. Its statements are the first two. */
  current: LockedRead | undefined;
  /** Position of the keys that encrypt the records' personal values in the log; -1 if none are needed. */
  secrets: number;
  /** Positions of the records referred to, by object. */
  references: Map<string, number>;
  /** First position and number of a participant's statements, by its name. */
  byParticipant: Map<string, [number, number]>;
  participants: WriteParticipant[];
}

/** Phase 1, prepare: returns the statements that fetch what must be known before the rules run. They are sent with BEGIN. */
export function gather(attempt: WriteAttempt): Gathering {
  const { tools, context, options, batch } = attempt;
  const all: Statement[] = [];
  const take = (statement: Statement) => all.push(statement) - 1;
  const { descriptor, operation } = batch;
  const living = batch.rows.filter((r) => r.ok);
  const ids = living.map((r) => r.id);
  const action = options.action ?? operation;
  const current =
    operation === 'create'
      ? undefined
      : tools.reader.locked(
          planBefore(attempt),
          ids,
          options.asks === 'product' ? withoutLimits(context) : context,
          options.within ? [action, options.within] : action,
          operation === 'restore' ? 'deleted' : options.deletedToo ? 'any' : 'living',
          operation === 'delete' ? 'delete' : 'change',
        );
  if (current) all.push(current.lock, current.read);
  const secrets =
    operation !== 'create' &&
    allFieldsOf(descriptor).some((f) => isUnderSecret(descriptor.key, f, batch.snapshot))
      ? take({
          text: 'select record_id, key_id, wrapped from record_secret where object = $1 and record_id = any($2::uuid[])',
          values: [descriptor.key, ids],
        })
      : -1;
  const references = new Map<string, number>();
  const wanted = new Map<string, Set<string>>();
  for (const f of descriptor.fields) {
    const objects = context.registry.targetsOf(f, context.snapshot);
    if (!objects.length) continue;
    for (const row of living)
      for (const { object, id } of referredBy(row, f))
        if (objects.includes(object)) wanted.set(object, (wanted.get(object) ?? new Set()).add(id));
  }
  for (const f of lineFieldsOf(descriptor))
    for (const row of living)
      for (const { values } of row.givenLines.get(f.line!.collection) ?? []) {
        const parsed = values.get(f.line!.name)?.parsed;
        for (const { object, id } of parsed && 'value' in parsed ? targetsIn(f, parsed.value) : [])
          wanted.set(object, (wanted.get(object) ?? new Set()).add(id));
      }
  for (const [object, set] of wanted)
    references.set(object, take(referenceLookup(attempt, object, [...set])));
  const participants = tools.participants.of(descriptor.key);
  const byParticipant = new Map<string, [number, number]>();
  for (const p of participants) {
    const own = p.prefetch?.(batch) ?? [];
    if (own.length) {
      byParticipant.set(p.name, [all.length, own.length]);
      all.push(...own);
    }
  }
  return { all, current, secrets, references, byParticipant, participants };
}

/** Returns the records that a row refers to by a field, even if it is not yet decided whether they may be written. */
function referredBy(row: WriteRow, f: FieldDescriptor): RecordLink[] {
  const parsed = f.key in row.pending ? parseFieldValue(f, row.pending[f.key]) : { value: row.given[f.key] };
  const edited = row.edits.find((edit) => edit.field === f)?.entries ?? [];
  const doubtful = row.doubtful.flatMap(({ f: of, value }) => {
    const held = of === f ? parseHeldValue(f, value, value) : undefined;
    return held && 'value' in held ? targetsIn(f, held.value) : [];
  });
  return [...('value' in parsed ? targetsIn(f, parsed.value) : []), ...targetsIn(f, edited), ...doubtful];
}
