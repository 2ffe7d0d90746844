import type { FieldChange } from './event-log.js';
import type { LineCollection, RecordDescriptor } from '../describe/index.js';
import type { ShownOrigin } from './value-origins.js';

/** A change of one value as a reader of the log sees it. */
export interface ShownChange {
  before?: unknown;
  after?: unknown;
  origin?: ShownOrigin;
}

/** What an event did to one line, as a reader of the log sees it. */
export interface ShownLine {
  id: string;
  change: 'added' | 'changed' | 'moved' | 'removed';
  /** Changes by the name that fields have in a line. */
  changes: Record<string, ShownChange>;
}

/** Changes of lines that an event contains, by the key of the lines. */
export type ShownLines = Record<string, ShownLine[]>;

/** Shows one change of a value; undefined if the reader sees nothing of it. */
export type ShowChange = (fieldKey: string, change: FieldChange) => ShownChange | undefined;

/**
 * Returns what an event says about lines, line by line: first those that are there after it, in order, then those that are
 * gone. Lines whose changes the reader does not see are left out.
 * @param shows whether the reader sees the lines at all
 * @param show shows one change of a field of lines
 */
export function shownLines(
  descriptor: RecordDescriptor,
  all: Record<string, FieldChange>,
  shows: (collection: LineCollection) => boolean,
  show: ShowChange,
): ShownLines | undefined {
  const found: ShownLines = {};
  for (const collection of descriptor.lines) {
    if (!shows(collection)) continue;
    const lines = linesOf(collection, all, show);
    if (lines.length) found[collection.key] = lines;
  }
  return Object.keys(found).length ? found : undefined;
}

type Side = Record<string, unknown> | undefined;

function linesOf(
  { key, fields }: LineCollection,
  all: Record<string, FieldChange>,
  show: ShowChange,
): ShownLine[] {
  const places = all[key];
  const [from, to] = [places?.before as Side, places?.after as Side];
  const shown = new Map<string, ShownLine>();
  const at = (id: string): ShownLine => {
    let line = shown.get(id);
    if (!line) {
      const change =
        !places || !(id in { ...from, ...to })
          ? 'changed'
          : !from || !(id in from)
            ? 'added'
            : !to || !(id in to)
              ? 'removed'
              : 'moved';
      line = { id, change, changes: {} };
      shown.set(id, line);
    }
    return line;
  };
  for (const id of Object.keys({ ...from, ...to })) at(id);
  for (const f of fields) {
    const change = all[f.key];
    if (!change) continue;
    const [before, after] = [change.before as Side, change.after as Side];
    for (const id of Object.keys({ ...before, ...after })) {
      const one: FieldChange = {
        ...(before && id in before ? { before: before[id] } : {}),
        ...(after && id in after ? { after: after[id] } : {}),
        ...(change.origins?.[id] ? { origin: change.origins[id] } : {}),
      };
      const told = show(f.key, one);
      if (!told) continue;
      const line = at(id);
      line.changes[f.line!.name] = told;
      if (line.change === 'moved') line.change = 'changed';
    }
  }
  const rank = (id: string) => Number(to?.[id] ?? (from && id in from ? Infinity : 0));
  return [...shown.values()].sort((a, b) => rank(a.id) - rank(b.id) || (a.id < b.id ? -1 : 1));
}
