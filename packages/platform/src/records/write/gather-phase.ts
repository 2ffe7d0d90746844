import type { Statement } from '../../db/tenant-pool.js';
import { isUnderSecret, nameGuard, QueryParts, scopeSql, UNLIMITED, withoutLimits } from '../decide/index.js';
import type { FieldDescriptor } from '../describe/index.js';
import type { LockedRead } from '../read/index.js';
import type { WriteParticipant, WriteRow } from './participants.js';
import { parseFieldValue } from './record-input.js';
import { planBefore, type WriteAttempt } from './write-attempt.js';

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

/** A record that a row refers to. */
export interface ReferencedRecord {
  /** Null if the actor may not see its name. */
  name: string | null;
  /** Whether the actor may see it. */
  seen: boolean;
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
          options.system ? withoutLimits(context) : context,
          options.within ? [action, options.within] : action,
          operation === 'restore' ? 'deleted' : options.deletedToo ? 'any' : 'living',
          operation === 'delete' ? 'delete' : 'change',
        );
  if (current) all.push(current.lock, current.read);
  const secrets =
    operation !== 'create' && descriptor.fields.some((f) => isUnderSecret(descriptor.key, f, batch.snapshot))
      ? take({
          text: 'select record_id, key_id, wrapped from record_secret where object = $1 and record_id = any($2::uuid[])',
          values: [descriptor.key, ids],
        })
      : -1;
  const references = new Map<string, number>();
  const wanted = new Map<string, Set<string>>();
  for (const f of descriptor.fields) {
    if (!f.references) continue;
    for (const row of living)
      for (const id of referredBy(row, f)) {
        if (!wanted.has(f.references)) wanted.set(f.references, new Set());
        wanted.get(f.references)!.add(id);
      }
  }
  for (const [object, set] of wanted)
    references.set(
      object,
      take({
        ...referenceLookup(attempt, object, [...set]),
      }),
    );
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

/**
 * Returns a statement that finds and locks the records that rows refer to, and says which of them the actor may see
 * and name.
 */
function referenceLookup(
  { tools, context, options }: WriteAttempt,
  object: string,
  ids: string[],
): Statement {
  const target = context.registry.forTenant(object, context.snapshot);
  const access = options.system ? UNLIMITED : tools.access.decide(object, 'read', context.snapshot);
  const parts = new QueryParts([ids]);
  const seen = !access.allowed
    ? 'false'
    : access.scope
      ? scopeSql(access.scope, target, 't', parts, context.clock)
      : 'true';
  const guard = options.system ? undefined : nameGuard(access, target, 't', parts, context);
  const name =
    guard === undefined
      ? 't.display_name'
      : guard === null
        ? 'null::text'
        : `case when ${guard} then t.display_name end`;
  return parts.statement(`select t.id, ${name} as name, ${seen} as seen from ${target.table} t
            where t.id = any($1::uuid[]) and t.deleted_at is null order by t.id for key share of t`);
}

/** Returns the ids that a row refers to by a field, even if it is not yet decided whether they may be written. */
function referredBy(row: WriteRow, f: FieldDescriptor): string[] {
  const parsed = f.key in row.pending ? parseFieldValue(f, row.pending[f.key]) : { value: row.given[f.key] };
  return 'value' in parsed ? ([parsed.value ?? []].flat() as string[]) : [];
}
