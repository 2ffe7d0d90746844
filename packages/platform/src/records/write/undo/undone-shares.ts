import type { UnitOfWork } from '../../../db/unit-of-work.js';
import type { RecordReader } from '../../read/index.js';
import { causeWindow, SECURITY_PREFIX, type ShareEvent, shareHistories } from '../../remember/index.js';
import type { UndoOutcome } from './undo-outcome.js';
import { cursorAfter, UNDO_BATCH, type UndoCursor, type UndoneCause } from './undo-plan.js';
import { type PastChange, type UndoneValue, undoneValue } from './undone-values.js';

/** With whom a record is shared. */
export interface ShareGrantee {
  kind: 'member' | 'team';
  id: string;
}

/** How a record is shared with somebody. */
export interface ShareTerms {
  access: 'read' | 'edit';
  /** ISO time at which it ends; null for never. */
  until: string | null;
}

/** What a cause did to the share of a record with somebody. */
export interface UndoneShare {
  record: string;
  grantee: ShareGrantee;
  /**
   * Returns what undoing means for it. @param now how the record is shared at present; null if it isn't
   */
  decide(
    now: ShareTerms | null,
  ): { is: 'nothing' } | { is: 'conflict' } | { is: 'undone'; to: ShareTerms | null };
}

/** Takes back what a cause did to shares. The module of shares registers itself. */
export interface UndoneSharing {
  /**
   * @param writes whether shares are changed; a preview only says what would happen
   * @returns outcomes of the records that the caller sees
   */
  takeBack(uow: UnitOfWork, object: string, shares: UndoneShare[], writes: boolean): Promise<UndoOutcome[]>;
}

/** Undoes the next batch of what a cause did to shares, or finds out what that would do. */
export async function undoShares(
  { reader, sharing }: { reader: RecordReader; sharing: UndoneSharing | undefined },
  uow: UnitOfWork,
  { cause, whose, snapshot }: UndoneCause,
  cursor: UndoCursor,
  writes: boolean,
): Promise<{ outcomes: UndoOutcome[]; next: UndoCursor | undefined }> {
  if (!sharing) return { outcomes: [], next: undefined };
  const window = await uow.run<{ id: string; object: string; recordId: string }>(
    causeWindow(cause, whose, 'shares', cursor.before, UNDO_BATCH),
  );
  const inWindow = new Set(window.map(({ id }) => id));
  const outcomes: UndoOutcome[] = [];
  for (const [logged, events] of Map.groupBy(window, ({ object }) => object)) {
    const object = logged.slice(SECURITY_PREFIX.length);
    // A company may have deleted an object of its own since.
    if (!reader.registry.has(object, snapshot)) continue;
    const ids = [...new Set(events.map(({ recordId }) => recordId))];
    const histories = await uow.run<ShareEvent>(shareHistories(cause, whose, object, ids));
    const shares = [...Map.groupBy(histories, (event) => `${event.recordId} ${granteeOf(event).id}`).values()]
      .filter((steps) => inWindow.has(steps.findLast(({ mine }) => mine)?.id ?? ''))
      .map(undoneShare);
    if (shares.length) outcomes.push(...(await sharing.takeBack(uow, object, shares, writes)));
  }
  return { outcomes, next: cursorAfter(cursor, window) };
}

const granteeOf = ({ changes: { grantee } }: ShareEvent): ShareGrantee =>
  (grantee!.after ?? grantee!.before) as ShareGrantee;

/** Terms are compared as texts; a time can be written in several ways. */
const textOf = (terms: ShareTerms | null) =>
  terms ? `${terms.access} ${terms.until && Date.parse(terms.until)}` : null;

function termsOf({ changes }: ShareEvent, side: 'before' | 'after'): ShareTerms | null {
  const access = changes['access']?.[side] as ShareTerms['access'] | undefined;
  return access ? { access, until: (changes['until']?.[side] as string | null | undefined) ?? null } : null;
}

function undoneShare(steps: ShareEvent[]): UndoneShare {
  const terms = new Map<string | null, ShareTerms | null>([[null, null]]);
  const noted = (value: ShareTerms | null) => {
    terms.set(textOf(value), value);
    return textOf(value);
  };
  const past = steps.map(
    (step): PastChange => ({
      mine: step.mine,
      before: noted(termsOf(step, 'before')),
      after: noted(termsOf(step, 'after')),
      isProduct: false,
    }),
  );
  return {
    record: steps[0]!.recordId,
    grantee: granteeOf(steps[0]!),
    decide(now) {
      const change: UndoneValue = undoneValue(past, { value: textOf(now) });
      return change.is === 'undone'
        ? { is: 'undone', to: terms.get(change.value as string | null)! }
        : change;
    },
  };
}
