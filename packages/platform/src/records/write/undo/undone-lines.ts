import {
  type FieldDescriptor,
  type LineCollection,
  linesIn,
  type OwnedLine,
  type RecordState,
  sameValue,
} from '../../describe/index.js';
import type { FieldChange } from '../../remember/index.js';
import { ABSENT, type PastChange, undoneValue } from './undone-values.js';

/** An event's changes, and whether it belongs to the cause. */
export interface PastEvent {
  mine: boolean;
  changes: Record<string, FieldChange>;
}

/** What undoing a cause means for lines that a record owns. */
export interface UndoneLines {
  /** The lines as a request gives them; undefined if nothing changes. */
  given: Record<string, unknown>[] | undefined;
  /** The lines as they will be. */
  after: OwnedLine[];
  /** Keys of the fields of lines that others have changed since. */
  conflicts: Set<string>;
}

/**
 * Undoes a cause's changes of lines, line by line and value by value: what it added goes unless others changed it, what it
 * removed comes back, values go back where they are still the cause's.
 * @param isTold whether the caller sees a field in clear; the others stay as they are
 */
export function undoneLines(
  collection: LineCollection,
  state: RecordState,
  events: readonly PastEvent[],
  isTold: (key: string) => boolean,
): UndoneLines {
  const current = linesIn(state, collection);
  const byId = new Map(current.map((line) => [line.id, line]));
  const conflicts = new Set<string>();
  const given = collection.fields.filter((f) => !f.readOnly);
  const names = new Map<string, FieldDescriptor>(given.map((f) => [f.line!.name, f]));
  const ofLine = (key: string, id: string) => pastOf(events, key, id);
  const touched = new Set(
    events.flatMap(({ mine, changes }) =>
      mine ? [collection.key, ...given.map((f) => f.key)].flatMap((key) => idsIn(changes[key])) : [],
    ),
  );
  const changed = new Map<string, Record<string, unknown>>();
  const places = new Map(current.map(({ id, position }) => [id, position]));
  const gone = new Set<string>();
  for (const id of touched) {
    const line = byId.get(id);
    const place = undoneValue(ofLine(collection.key, id), { value: line ? line.position : ABSENT });
    const life = lifeOf(ofLine(collection.key, id));
    if (life === 'added') {
      if (!line) continue;
      if (!given.every((f) => isTold(f.key))) continue;
      const others = given.filter((f) => isChangedSince(ofLine(f.key, id), line[f.line!.name] ?? null));
      for (const f of others) conflicts.add(f.key);
      if (!others.length) gone.add(id);
      continue;
    }
    if (life === 'removed') {
      if (line || !given.every((f) => isTold(f.key))) continue;
      const back = firstOfRun(ofLine(collection.key, id));
      places.set(id, back as number);
      changed.set(
        id,
        Object.fromEntries(
          [...names].map(([name, f]) => {
            const was = firstOfRun(ofLine(f.key, id));
            return [name, was === ABSENT ? null : (was ?? null)];
          }),
        ),
      );
      continue;
    }
    if (!line) {
      conflicts.add(collection.key);
      continue;
    }
    if (place.is === 'undone' && typeof place.value === 'number') places.set(id, place.value);
    for (const [name, f] of names) {
      if (!isTold(f.key)) continue;
      const value = undoneValue(ofLine(f.key, id), { value: line[name] ?? null });
      if (value.is === 'conflict') conflicts.add(f.key);
      else if (value.is === 'undone')
        changed.set(id, { ...changed.get(id), [name]: value.value === ABSENT ? null : value.value });
    }
  }
  const order = [...places].filter(([id]) => !gone.has(id)).sort(([, a], [, b]) => a - b);
  const after = order.map(
    ([id], position): OwnedLine => ({ ...byId.get(id), ...changed.get(id), id, position }) as OwnedLine,
  );
  const same = sameValue(
    current.map(({ id }) => id),
    order.map(([id]) => id),
  );
  if (same && !changed.size) return { given: undefined, after: current, conflicts };
  return { given: order.map(([id]) => ({ id, ...changed.get(id) })), after, conflicts };
}

/** Whether the cause added the line or removed it; undefined if it did neither in the end. */
function lifeOf(changes: readonly PastChange[]): 'added' | 'removed' | undefined {
  const mine = changes.filter((change) => change.mine);
  const [first, last] = [mine[0], mine.at(-1)];
  if (!first || !last) return undefined;
  const [was, is] = [first.before !== ABSENT, last.after !== ABSENT];
  if (was === is) return undefined;
  return is ? 'added' : 'removed';
}

/** Whether others have changed a value of a line since the cause wrote it. */
function isChangedSince(changes: readonly PastChange[], current: unknown): boolean {
  const last = changes.findLast(({ mine }) => mine);
  if (last) return !sameValue(last.after === ABSENT ? null : (last.after ?? null), current);
  return changes.length > 0;
}

/** Returns the value before the cause's changes. */
const firstOfRun = (changes: readonly PastChange[]) => changes.find(({ mine }) => mine)?.before;

const idsIn = (change: FieldChange | undefined) => [
  ...Object.keys((change?.before ?? {}) as object),
  ...Object.keys((change?.after ?? {}) as object),
];

/** Returns the changes of one value of a line, or of its place. */
function pastOf(events: readonly PastEvent[], key: string, id: string): PastChange[] {
  return events.flatMap(({ mine, changes }) => {
    const change = changes[key];
    if (!change) return [];
    const side = (which: 'before' | 'after') => {
      const values = (change[which] ?? {}) as Record<string, unknown>;
      return id in values ? values[id] : ABSENT;
    };
    const [before, after] = [side('before'), side('after')];
    return before === ABSENT && after === ABSENT ? [] : [{ mine, before, after, isProduct: false }];
  });
}
