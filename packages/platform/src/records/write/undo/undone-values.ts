import { sameValue } from '../../describe/index.js';
import type { FieldChange } from '../../remember/index.js';

/** A change of one field in a record's history, from the first event of a cause on. */
export interface PastChange {
  /** Whether it belongs to the cause that is undone. */
  mine: boolean;
  /** Whether a value is present on each side; lines are absent before they are added and after they are removed. */
  before: unknown;
  after: unknown;
  derived?: FieldChange['derived'];
  /** Whether the value after was not asked for by anybody: the product or a rule set it. */
  isProduct: boolean;
}

/** What undoing a cause means for one field. */
export type UndoneValue =
  | { is: 'nothing' }
  | { is: 'conflict' }
  | { is: 'undone'; value: unknown; wasDerived?: boolean; isProduct: boolean };

/** Returns what tells an element of a list from the others. */
type ElementIdentity = (element: unknown) => unknown;

/** The value of a line that is not there. */
export const ABSENT = Symbol('absent');

/**
 * Folds a cause's changes of one field into one: the value goes back to what it was before the last unbroken run of them.
 * What others changed in between ends the run, since it is theirs.
 *
 * The field counts as changed by the cause only where it still holds what the cause wrote, whoever wrote it last. So
 * undoing an undo, and undoing that again, work on what is there.
 * @param changes oldest first
 * @param current the value that the record has, and whether it is derived in it; undefined if that is not known
 * @param identity of the elements of a list: each is there at most once
 */
export function undoneValue(
  changes: readonly PastChange[],
  current: { value: unknown; isDerived?: boolean },
  identity: ElementIdentity = (element) => element,
): UndoneValue {
  const at = changes.findLastIndex(({ mine }) => mine);
  if (at < 0) return { is: 'nothing' };
  const last = changes[at]!;
  let first = last;
  let isProduct = last.isProduct;
  for (let n = at - 1; n >= 0; n--) {
    const earlier = changes[n]!;
    if (!earlier.mine || !same(earlier.after, first.before)) break;
    first = earlier;
    isProduct &&= earlier.isProduct;
  }
  const wasDerived = first.derived?.before;
  const undone = (value: unknown): UndoneValue => ({
    is: 'undone',
    value,
    isProduct,
    ...(wasDerived === undefined ? {} : { wasDerived }),
  });
  const holds = (value: unknown, isDerived: boolean | undefined) =>
    same(current.value, value) &&
    (isDerived === undefined || current.isDerived === undefined || isDerived === current.isDerived);
  if (holds(first.before, wasDerived)) return { is: 'nothing' };
  const isWhole = changes.every(({ mine }) => mine);
  if (Array.isArray(current.value) && !(isWhole && holds(last.after, last.derived?.after))) {
    const value = undoneList(changes, current.value, identity);
    return same(value, current.value) ? { is: 'nothing' } : undone(value);
  }
  if (holds(last.after, last.derived?.after)) return undone(first.before);
  return { is: 'conflict' };
}

/**
 * Undoes a cause's changes of a list, element by element: what it added goes and what it took out comes back. What others did to
 * the list stays, so there is no conflict.
 */
function undoneList(
  changes: readonly PastChange[],
  current: unknown[],
  identity: ElementIdentity,
): unknown[] {
  const touched: unknown[] = [];
  for (const { mine, before, after } of changes)
    if (mine)
      for (const each of [...listOf(before), ...listOf(after)])
        if (has(before, each) !== has(after, each) && !has(touched, each)) touched.push(each);
  const wanted = touched.map((each) => {
    const ofElement = changes
      .map((change) => ({ ...change, before: has(change.before, each), after: has(change.after, each) }))
      .filter(({ before, after }) => before !== after);
    const isThere = has(current, each);
    const undone = undoneValue(ofElement, { value: isThere });
    return { each, isThere, belongs: undone.is === 'undone' ? undone.value === true : isThere };
  });
  const gone = wanted.filter(({ isThere, belongs }) => isThere && !belongs).map(({ each }) => each);
  const back = wanted.filter(({ isThere, belongs }) => !isThere && belongs).map(({ each }) => each);
  const kept = current.filter((each) => !has(gone, each));
  // Others gave the link another role since.
  return [...kept, ...back.filter((each) => !has(kept.map(identity), identity(each)))];
}

const listOf = (value: unknown) => (Array.isArray(value) ? value : []);
const has = (list: unknown, one: unknown) => listOf(list).some((each) => same(each, one));

/** No value and an empty list are the same. */
function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    value === undefined || (Array.isArray(value) && !value.length) ? null : value;
  return sameValue(plain(a), plain(b));
}
