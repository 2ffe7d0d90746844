import type { FilterContext } from '../../decide/index.js';
import type { RowOutcome } from '../write-request.js';
import { labelOf, type UndoConflict } from './record-undo.js';

/** Why something stays as it is: a problem of the record, or of one of its fields. */
export interface KeptReason {
  field?: string;
  code: string;
  message: string;
}

/** What undoing did to a record, or would do. */
export interface UndoOutcome {
  object: string;
  id: string;
  did: 'restored' | 'deleted' | 'changed' | 'kept';
  /** What stays as it is, and why; of the whole record if it is kept. */
  kept: KeptReason[];
}

/** Number of records by what was done. `conflicts` counts those of which something stays. */
export type UndoCounts = Record<'restored' | 'deleted' | 'changed' | 'conflicts', number>;

/** What counts of two things that happened to a record: it was restored even if it was changed then, and deleted at last. */
function laterOf(earlier: UndoOutcome['did'], later: UndoOutcome['did']): UndoOutcome['did'] {
  if (later === 'kept') return earlier;
  return earlier === 'restored' && later === 'changed' ? earlier : later;
}

/** Collects what happens to each record. */
export class UndoOutcomes {
  private readonly byRecord = new Map<string, UndoOutcome>();

  /** One outcome for each record: a record that is restored and then changed is restored. */
  get all(): UndoOutcome[] {
    return [...this.byRecord.values()];
  }

  add(outcomes: UndoOutcome[]): void {
    for (const { object, id, did, kept } of outcomes) {
      const known = this.byRecord.get(id);
      this.byRecord.set(id, {
        object,
        id,
        did: laterOf(known?.did ?? 'kept', did),
        kept: [...(known?.kept ?? []), ...kept],
      });
    }
  }

  /** Takes the engine's outcomes for records. */
  take(context: FilterContext, ids: string[], outcomes: RowOutcome[], did: UndoOutcome['did']): void {
    const object = context.descriptor.key;
    this.add(
      outcomes.flatMap((outcome, n): UndoOutcome[] => {
        const id = ids[n]!;
        if (outcome.status === 'failed')
          return [{ object, id, did: 'kept', kept: refusalOf(context, outcome) }];
        return outcome.status === 'unchanged' ? [] : [{ object, id, did, kept: [] }];
      }),
    );
  }

  /** Adds up what was done. */
  get counts(): UndoCounts {
    const counts = { restored: 0, deleted: 0, changed: 0, conflicts: 0 };
    for (const { did, kept } of this.byRecord.values()) {
      if (did !== 'kept') counts[did]++;
      if (kept.length) counts.conflicts++;
    }
    return counts;
  }
}

/** Returns a conflict as people read it. */
export function reasonFor({ descriptor }: FilterContext, { field, code }: UndoConflict): KeptReason {
  const label = descriptor.label.toLowerCase();
  const of = field === undefined ? undefined : labelOf(descriptor, field);
  const message =
    code === 'erased'
      ? of === undefined
        ? `Personal data of this ${label} was erased since, so it stays as it is.`
        : `"${of}" was erased, so its earlier value is gone.`
      : of === undefined
        ? `This ${label} was changed since, so it stays.`
        : `"${of}" was changed since, so it stays as it is.`;
  return { ...(field === undefined ? {} : { field }), code, message };
}

/** A record that the caller may see but not change back. */
export function forbiddenReason(
  { descriptor }: FilterContext,
  action: 'update' | 'delete' | 'restore',
): KeptReason {
  return {
    code: 'permissionMissing',
    message: `Your roles don't let you ${action} this ${descriptor.label.toLowerCase()}.`,
  };
}

/** A field that the caller may not write. */
export function notWritableReason({ descriptor }: FilterContext, field: string): KeptReason {
  return {
    field,
    code: 'fieldNotWritable',
    message: `Your roles don't let you change "${labelOf(descriptor, field)}".`,
  };
}

/** A record that the cause made and that others link to. */
export function linkedReason({ descriptor }: FilterContext): KeptReason {
  return {
    code: 'referenced',
    message: `Other records link to this ${descriptor.label.toLowerCase()} by now, so it stays.`,
  };
}

/** Returns why the engine refused a row. */
export function refusalOf(context: FilterContext, { failure, errors }: RowOutcome): KeptReason[] {
  if (failure?.code === 'referenced') return [linkedReason(context)];
  if (failure) return [{ code: failure.code, message: failure.detail }];
  return (errors ?? []).map(({ pointer, code, message }) => {
    const field = pointer.split('/').slice(1).join('.');
    return { ...(field ? { field } : {}), code, message };
  });
}
