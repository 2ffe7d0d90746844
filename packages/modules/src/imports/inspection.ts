import type { RecordDescriptor } from '@pellucid/platform/records';
import { readingOf } from './engine/file-survey.js';
import { likelyObjects, type SuggestedMapping, suggestMapping } from './mapping/suggest-mapping.js';
import {
  type Dialect,
  openTable,
  raggedness,
  type Table,
  type TableRow,
  type TableSource,
} from './tables/table-file.js';
import { ColumnProfile, fileConventions } from './values/column-profile.js';
import type { DateOrder } from '@pellucid/conditions/locale-text';

/** Rows that are looked at; the rest is estimated. */
const LOOKED_AT = 20_000;
/** Rows that are shown. */
const SHOWN = 20;
/** Characters of a cell that are shown. */
const SHOWN_CHARACTERS = 1000;

/** Something the person should look at before importing. */
export interface InspectionProblem {
  code:
    | 'dateOrderUnclear'
    | 'raggedRows'
    | 'duplicateHeaders'
    | 'emptyHeaders'
    | 'noRows'
    | 'encodingGuessed';
  message: string;
}

/** What a file holds. */
export interface Inspection {
  dateOrder: DateOrder | null;
  columns: {
    name: string;
    samples: string[];
    filled: number;
    suggestedField?: string;
    distinctValues?: string[];
  }[];
  rows: string[][];
  totalEstimate: number;
  /** Whether the total is exact. */
  totalIsExact: boolean;
  suggestions: SuggestedMapping[];
  problems: InspectionProblem[];
}

/**
 * Looks into a file: columns with samples, probable fields, the first rows, what is doubtful.
 * @param descriptors objects that may be imported
 * @param chosen what the person decided already
 */
export async function inspectTable(
  source: TableSource,
  dialect: Dialect,
  descriptors: RecordDescriptor[],
  chosen: { object?: string | undefined; dateOrder?: DateOrder | undefined; encoding?: string | undefined },
  locale: string,
): Promise<Inspection> {
  const table = await openTable(source, dialect);
  const profiles = table.columns.map(() => new ColumnProfile());
  const rows: TableRow[] = [];
  let looked = 0;
  let ragged = 0;
  let firstRagged: { row: number; reason: string } | undefined;
  let isWhole = true;
  for await (const chunk of table.rows) {
    for (const row of chunk) {
      looked++;
      const reason = raggedness(row, table.columns.length);
      if (reason) {
        ragged++;
        firstRagged ??= { row: row.row, reason };
      } else for (const [i, profile] of profiles.entries()) profile.observe(row.cells[i] ?? '');
      if (rows.length < SHOWN) rows.push(row);
    }
    if (looked >= LOOKED_AT && table.consumed() < source.size) {
      isWhole = false;
      break;
    }
  }
  const columns = table.columns.map((name, i) => ({ name, profile: profiles[i]! }));
  const together = fileConventions(profiles);
  const suggestions = likelyObjects(columns, descriptors);
  const asked = chosen.object === undefined ? undefined : descriptors.find((d) => d.key === chosen.object);
  const mapping = asked ? suggestMapping(columns, asked).mapping : (suggestions[0]?.mapping ?? {});
  const width = table.columns.length;
  return {
    dateOrder: chosen.dateOrder ?? together.dateOrder,
    columns: columns.map(({ name, profile }) => ({
      name,
      samples: profile.samples,
      filled: profile.filled,
      ...(mapping[name] ? { suggestedField: mapping[name] } : {}),
      ...(profile.distinct?.size
        ? { distinctValues: [...profile.distinct.keys()].map((v) => v.slice(0, SHOWN_CHARACTERS)) }
        : {}),
    })),
    rows: rows.map((row) =>
      Array.from({ length: width }, (_, i) => (row.cells[i] ?? '').slice(0, SHOWN_CHARACTERS)),
    ),
    totalEstimate: isWhole ? looked : estimate(looked, table, source),
    totalIsExact: isWhole,
    suggestions: suggestions.slice(0, 5),
    problems: [
      ...(looked === 0 ? [problem('noRows', 'The file has a header but no rows.')] : []),
      ...(ragged && firstRagged
        ? [
            problem(
              'raggedRows',
              `${ragged} of ${looked} rows do not fit the header and would fail, first row ${firstRagged.row}: ${firstRagged.reason}`,
            ),
          ]
        : []),
      ...headerProblems(table.columns),
      ...(together.dateOrderUnclear && !chosen.dateOrder
        ? [
            problem(
              'dateOrderUnclear',
              `Dates such as 03/04 can be read in two ways; without a choice they are read as ${readingOf(undefined, together, dialect, {}, locale).dateOrder}.`,
            ),
          ]
        : []),
      ...(dialect.format === 'csv' && !dialect.encoding.startsWith('utf') && !chosen.encoding
        ? [
            problem(
              'encodingGuessed',
              `The file is no Unicode; it is read as ${dialect.encoding}. Check letters with accents and choose another encoding if they look wrong.`,
            ),
          ]
        : []),
    ],
  };
}

const problem = (code: InspectionProblem['code'], message: string): InspectionProblem => ({ code, message });

function estimate(rows: number, table: Table, source: TableSource): number {
  return Math.round((rows * source.size) / Math.max(1, table.consumed()));
}

function headerProblems(columns: string[]): InspectionProblem[] {
  const empty = columns.filter((name, i) => name === `Column ${i + 1}`);
  const again = columns.filter(
    (name) => /\(\d+\)$/.test(name) && columns.includes(name.replace(/ \(\d+\)$/, '')),
  );
  return [
    ...(empty.length
      ? [problem('emptyHeaders', `Columns without a name are called ${empty.slice(0, 5).join(', ')}.`)]
      : []),
    ...(again.length
      ? [
          problem(
            'duplicateHeaders',
            `Columns with the same name are numbered: ${again.slice(0, 5).join(', ')}.`,
          ),
        ]
      : []),
  ];
}
