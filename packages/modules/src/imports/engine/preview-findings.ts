import type { UnitOfWork } from '@pellucid/platform/db';
import { causesTouching, shownText } from '@pellucid/platform/records';
import { reason } from '../reasons/reason.js';
import type { BatchWorld, Pending } from './batch-world.js';
import type { PlannedTarget } from './import-plan.js';
import type { Candidate, ReferenceLookup } from './reference-lookup.js';
import type { ReadRow } from './row-reader.js';

/** What a batch of a preview found in the company's records, apart from those that it matched. */
export interface Findings {
  /** Records that texts may refer to, by look-up and text. */
  references: Record<string, Record<string, Candidate[]>>;
  /** Values of the match fields that no record had. */
  unmatched: Record<string, unknown>[];
}

/** Returns the records that may be meant by each text of the look-ups. */
export function foundBy(lookups: Iterable<ReferenceLookup>): Findings['references'] {
  return Object.fromEntries([...lookups].map((lookup) => [lookup.key, Object.fromEntries(lookup.results())]));
}

/** Returns the match values of the rows that no record had. */
export function unmatchedOf({ plan }: BatchWorld, rows: readonly Pending[]): Findings['unmatched'] {
  const first = new Map(
    rows.flatMap(({ key, match, read }) =>
      key === undefined || match || read.reasons.length ? [] : [[key, read.values] as const],
    ),
  );
  return [...first.values()].map((values) =>
    Object.fromEntries(plan.matchBy.map(({ key }) => [key, values[key]])),
  );
}

/** Whether a text leads to the same record, whatever the row says: the same candidates, with the same precedence. */
export function leadsToSame(then: readonly Candidate[], now: readonly Candidate[]): boolean {
  return printOf(then) === printOf(now);
}

const printOf = (found: readonly Candidate[]): string =>
  JSON.stringify(
    found
      .map(({ id, label, scope, preferred }) => [
        id,
        // How it is written decides between several only.
        found.length > 1 ? label : null,
        scope ?? null,
        preferred ?? false,
      ])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );

/**
 * Refuses rows with a text that led to another record in the preview. What this import itself made or changed is no
 * difference: in the preview, it had the same effect.
 * @param lookupOf returns the look-up of a target, which has been carried out
 */
export async function holdReferencesToPreview(
  uow: UnitOfWork,
  { expected, importId }: BatchWorld,
  rows: readonly ReadRow[],
  lookupOf: (target: PlannedTarget) => ReferenceLookup,
): Promise<void> {
  if (!expected) return;
  const differing = rows
    .filter(({ reasons }) => reasons.length === 0)
    .flatMap((read) =>
      read.references.flatMap(({ row, target, texts }) =>
        texts.flatMap((text) => {
          const lookup = lookupOf(target);
          const then = expected.references[lookup.key]?.[lookup.keyOf(text)];
          const now = lookup.candidates(text);
          return then && !leadsToSame(then, now) ? [{ read, row, target, text, lookup, then, now }] : [];
        }),
      ),
    );
  if (!differing.length) return;
  const own = new Set<string>();
  for (const [object, some] of Map.groupBy(differing, ({ lookup }) => lookup.descriptor.key)) {
    const ids = new Set(some.flatMap(({ then, now }) => [...then, ...now].map(({ id }) => id)));
    const cause = { kind: 'import', id: importId };
    for (const { id } of await uow.run<{ id: string }>(causesTouching({ cause }, 'all', object, [...ids])))
      own.add(id);
  }
  const others = (found: readonly Candidate[]) => found.filter(({ id }) => !own.has(id));
  for (const { read, row, target, text, then, now } of differing) {
    if (leadsToSame(others(then), others(now))) continue;
    const params = { cell: shownText(text), object: target.reference!.object, column: target.columnName };
    read.reasons.push({ row, reason: reason('referenceChangedSincePreview', params) });
  }
  for (const { read } of differing) {
    if (!read.reasons.length) continue;
    // The reasons say what is wrong with these.
    read.references = [];
    read.currencies = new Map();
  }
}
