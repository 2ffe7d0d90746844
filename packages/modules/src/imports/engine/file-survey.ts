import type { TenantSnapshot } from '@pellucid/platform/access';
import { normalizeText } from '@pellucid/conditions';
import { type Dialect, raggedness, type Table } from '../tables/table-file.js';
import type { ColumnConventions } from '../values/cell-value.js';
import { ColumnProfile, fileConventions } from '../values/column-profile.js';
import { type DateOrder, localDateOrder } from '@pellucid/conditions/locale-text';
import type { DecimalMark } from '@pellucid/conditions/locale-text';
import { BY_NAME, type ImportPlan } from './import-plan.js';
import { cellText } from './row-reader.js';

/** What has to be known of the whole file before its first row is written. */
export interface FileSurvey {
  total: number;
  /** How to read each target of the plan, in order. */
  conventions: ColumnConventions[];
  /** Names by which rows of the file can be referred to, per field they are looked up by. */
  names: Map<string, Set<string>>;
}

const READS_NUMBERS = new Set(['number', 'money']);
const READS_DATES = new Set(['date', 'datetime']);

/**
 * Reads the file once: counts its rows, learns date order and decimal mark from all values, and notes what rows are called
 * where other rows refer to them.
 * @param shouldStop asked between pieces of the file
 */
export async function surveyFile(
  table: Table,
  dialect: Dialect,
  plan: ImportPlan,
  chosen: { dateOrder?: DateOrder | undefined },
  settings: TenantSnapshot['settings'],
  shouldStop: () => void,
): Promise<FileSurvey> {
  const profiles = new Map<number, ColumnProfile>();
  for (const { column, field } of plan.targets)
    if (READS_NUMBERS.has(field.type) || READS_DATES.has(field.type))
      profiles.set(column, new ColumnProfile());
  const names = new Map<string, Set<string>>();
  const naming = namingTargets(plan);
  for (const by of naming.keys()) names.set(by, new Set());

  let total = 0;
  for await (const rows of table.rows) {
    shouldStop();
    total += rows.length;
    if (profiles.size === 0 && naming.size === 0) continue;
    for (const row of rows) {
      if (raggedness(row, plan.columns.length)) continue;
      for (const [column, profile] of profiles) profile.observe(row.cells[column] ?? '');
      for (const [by, targets] of naming)
        for (const target of targets) {
          const text = cellText(row, target, plan);
          if (text !== undefined)
            names.get(by)!.add(by === 'externalId' ? text.trim() : normalizeText(text.trim()));
        }
    }
  }
  const together = fileConventions([...profiles.values()]);
  const conventions = plan.targets.map(({ column }): ColumnConventions => {
    const profile = profiles.get(column);
    return { zone: settings.zone, ...readingOf(profile, together, dialect, chosen, settings.locale) };
  });
  return { total, conventions, names };
}

/** How one column is read: what was chosen, what it says itself, what the file says, what the country does. */
export function readingOf(
  profile: ColumnProfile | undefined,
  file: ReturnType<typeof fileConventions>,
  dialect: Dialect,
  chosen: { dateOrder?: DateOrder | undefined },
  locale: string,
): { dateOrder: DateOrder; decimalMark: DecimalMark } {
  const own = profile?.dateOrder;
  const dateOrder =
    chosen.dateOrder ??
    (own && own !== 'unclear' ? own : undefined) ??
    file.dateOrder ??
    localDateOrder(locale);
  // Where cells are parted by semicolons, the comma is taken: it is the decimal mark there.
  const usual: DecimalMark = dialect.format === 'csv' && dialect.delimiter === ';' ? ',' : '.';
  const decimalMark = dialect.format === 'xlsx' ? '.' : (profile?.decimalMark ?? file.decimalMark ?? usual);
  return { dateOrder, decimalMark };
}

/** The targets whose cells name the rows, per field that references to the same object are looked up by. */
function namingTargets(plan: ImportPlan) {
  const naming = new Map<string, ImportPlan['targets']>();
  for (const { reference } of plan.targets) {
    if (!reference?.refersToItself || naming.has(reference.by)) continue;
    const keys = reference.by === BY_NAME ? ['name', 'email'] : [reference.by];
    const targets = plan.targets.filter((t) => keys.includes(t.field.key));
    if (targets.length) naming.set(reference.by, targets);
  }
  return naming;
}
