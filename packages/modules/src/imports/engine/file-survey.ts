import { normalizeText, notationOf, tidyKey } from '@pellucid/conditions';
import type { TenantSnapshot } from '@pellucid/platform/access';
import type { ColumnConventions } from '@pellucid/platform/records';
import { raggedness, type Table } from '../tables/table-file.js';
import { conventionsOf, type ReadingChoices } from '../values/column-conventions.js';
import { ColumnProfile, fileConventions } from '../values/column-profile.js';
import { BY_NAME, type ImportPlan } from './import-plan.js';
import { RowSpans } from './record-rows.js';
import { cellText } from './row-reader.js';

/** What must be known about the whole file before its first row is written. */
export interface FileSurvey {
  total: number;
  /** How to read each target of the plan, in order. */
  conventions: ColumnConventions[];
  /** Names by which rows of the file can be referred to, per field they are looked up by. */
  names: Map<string, Set<string>>;
  /** Which rows are about the same record. */
  spans: RowSpans;
}

/**
 * Reads the file: counts its rows, learns date order and decimal mark from all values, and collects the names by which
 * rows refer to each other, and which rows are about the same record. If records are matched by numbers or dates, it reads
 * the file again once it knows how they are written.
 * @param open begins to read the file
 * @param shouldStop called between pieces of the file; throws to stop
 * @throws ImportImpossibleError if the rows of records are too far apart
 */
export async function surveyFile(
  open: () => Promise<Table>,
  plan: ImportPlan,
  chosen: ReadingChoices,
  settings: TenantSnapshot['settings'],
  shouldStop: () => void,
): Promise<FileSurvey> {
  const profiles = new Map<number, ColumnProfile>();
  for (const { column, field } of plan.targets)
    if (notationOf(field.type)) profiles.set(column, new ColumnProfile());
  const names = new Map<string, Set<string>>();
  const naming = namingTargets(plan);
  for (const by of naming.keys()) names.set(by, new Set());

  const conventions: ColumnConventions[] = [];
  const spans = new RowSpans(plan, conventions);
  const spansLater = RowSpans.needsConventions(plan);
  let total = 0;
  const table = await open();
  for await (const rows of table.rows) {
    shouldStop();
    total += rows.length;
    if (profiles.size === 0 && naming.size === 0 && spans.isPlain) continue;
    for (const row of rows) {
      if (!spansLater) spans.add(row);
      if (raggedness(row, plan.columns.length)) continue;
      for (const [column, profile] of profiles)
        profile.observe(row.cells[column] ?? '', row.numbers?.has(column));
      for (const [by, targets] of naming)
        for (const target of targets) {
          const text = cellText(row, target, plan);
          if (text !== undefined) names.get(by)!.add(nameKey(by, target, text));
        }
    }
  }
  const together = fileConventions([...profiles.values()], table.decimalMark);
  for (const { column, columnName } of plan.targets)
    conventions.push(conventionsOf(columnName, profiles.get(column), together, chosen, settings));
  if (spansLater)
    for await (const rows of (await open()).rows) {
      shouldStop();
      for (const row of rows) spans.add(row);
    }
  spans.check();
  return { total, conventions, names, spans };
}

/** Returns the name that a cell gives its row, in the form of `ReferenceLookup.keyOf`. */
export function nameKey(by: string, target: ImportPlan['targets'][number], text: string): string {
  if (by === 'externalId') return tidyKey(text);
  return by === BY_NAME ? normalizeText(text) : target.field.form.norm(text);
}

/** Returns the targets whose cells name the rows, per field by which references to the same object are looked up. */
export function namingTargets(plan: ImportPlan) {
  const naming = new Map<string, ImportPlan['targets']>();
  for (const { reference } of plan.targets) {
    if (!reference?.refersToItself || naming.has(reference.by)) continue;
    const keys = reference.by === BY_NAME ? ['name', 'email'] : [reference.by];
    const targets = plan.targets.filter((t) => keys.includes(t.field.key));
    if (targets.length) naming.set(reference.by, targets);
  }
  return naming;
}
