import type { RecordDescriptor } from '@pellucid/platform/records';
import { type SuggestedCustomField, suggestedCustomField } from './mapping/suggested-custom-field.js';
import { likelyObjects, type SuggestedMapping, suggestMapping } from './mapping/suggest-mapping.js';
import {
  type Dialect,
  openTable,
  raggedness,
  type Table,
  type TableRow,
  type TableSource,
} from './tables/table-file.js';
import type { Reason } from './reasons/reason.js';
import { plainMessage } from './reasons/reason-message.js';
import { ColumnProfile, fileConventions } from './values/column-profile.js';
import { type DateOrder, localDateOrder } from '@pellucid/conditions/locale-text';
import { conventionsOf, type ReadingChoices, type ReadingSettings } from './values/column-conventions.js';
import { type ColumnReading, readingOf } from './values/column-reading.js';

/** Maximum number of rows examined; the total is estimated from them. */
const LOOKED_AT = 20_000;
/** Maximum number of rows shown. */
const SHOWN = 20;
/** Maximum number of characters shown per cell. */
const SHOWN_CHARACTERS = 1000;

/** Something that the person should check before importing. */
export interface InspectionProblem {
  code:
    | 'dateOrderUnclear'
    | 'decimalMarkUnclear'
    | 'shortRows'
    | 'raggedRows'
    | 'duplicateHeaders'
    | 'emptyHeaders'
    | 'noRows'
    | 'encodingGuessed';
  message: string;
}

/** The content of a file. */
export interface Inspection {
  dateOrder: DateOrder | null;
  columns: {
    name: string;
    samples: string[];
    filled: number;
    suggestedField?: string;
    /** What the column could be if it has no field yet. */
    suggestedCustomField?: SuggestedCustomField;
    distinctValues?: string[];
    /** Whether all values are IDs of records, so that references are found by them. */
    areIds?: true;
    /** How numbers or dates are interpreted. */
    reading?: ColumnReading;
  }[];
  rows: string[][];
  totalEstimate: number;
  /** Whether the total is exact. */
  totalIsExact: boolean;
  suggestions: SuggestedMapping[];
  problems: InspectionProblem[];
}

/**
 * Inspects a file: columns with samples, likely fields, the first rows, and doubtful values.
 * @param descriptors objects that may be imported
 * @param chosen what the person has already decided
 */
export async function inspectTable(
  source: TableSource,
  dialect: Dialect,
  descriptors: RecordDescriptor[],
  chosen: ReadingChoices & {
    object?: string | undefined;
    encoding?: string | undefined;
    /** Whether fields of the company's own are suggested for columns. */
    addsFields?: boolean;
  },
  settings: ReadingSettings,
): Promise<Inspection> {
  const table = await openTable(source, dialect);
  const profiles = table.columns.map(() => new ColumnProfile());
  const rows: TableRow[] = [];
  let looked = 0;
  let ragged = 0;
  let short = 0;
  let firstRagged: { row: number; reason: Reason } | undefined;
  let isWhole = true;
  for await (const chunk of table.rows) {
    for (const row of chunk) {
      looked++;
      const reason = raggedness(row, table.columns.length);
      if (reason) {
        ragged++;
        firstRagged ??= { row: row.row, reason };
      } else
        for (const [i, profile] of profiles.entries())
          profile.observe(row.cells[i] ?? '', row.numbers?.has(i));
      if (!reason && row.cells.length < table.columns.length) short++;
      if (rows.length < SHOWN) rows.push(row);
    }
    if (looked >= LOOKED_AT && table.consumed() < source.size) {
      isWhole = false;
      break;
    }
  }
  const columns = table.columns.map((name, i) => ({ name, profile: profiles[i]! }));
  const together = fileConventions(profiles, table.decimalMark);
  const suggestions = likelyObjects(columns, descriptors);
  const asked = chosen.object === undefined ? undefined : descriptors.find((d) => d.key === chosen.object);
  const mapping = asked ? suggestMapping(columns, asked).mapping : (suggestions[0]?.mapping ?? {});
  const readings = columns.map(({ name, profile }) =>
    readingOf(profile, conventionsOf(name, profile, together, chosen, settings)),
  );
  const unclear = columns.filter((_, i) => readings[i]?.kind === 'number' && readings[i].isUnclear);
  const width = table.columns.length;
  return {
    dateOrder: typeof chosen.dateOrder === 'string' ? chosen.dateOrder : together.dateOrder,
    columns: columns.map(({ name, profile }, i) => ({
      name,
      samples: profile.samples,
      filled: profile.filled,
      ...(Object.hasOwn(mapping, name) ? { suggestedField: mapping[name]! } : {}),
      ...(chosen.addsFields && { suggestedCustomField: suggestedCustomField(name, profile, readings[i]) }),
      ...(profile.distinct?.size
        ? { distinctValues: [...profile.distinct.keys()].map((v) => v.slice(0, SHOWN_CHARACTERS)) }
        : {}),
      ...(profile.share('ids') === 1 ? { areIds: true as const } : {}),
      ...(readings[i] ? { reading: readings[i] } : {}),
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
              `${ragged} of ${looked} rows would fail. First row ${firstRagged.row}: ${plainMessage(firstRagged.reason)}`,
            ),
          ]
        : []),
      ...(short
        ? [
            problem(
              'shortRows',
              `${short} of ${looked} rows have fewer cells than the header. Their missing cells count as empty.`,
            ),
          ]
        : []),
      ...headerProblems(table.columns),
      ...(together.dateOrderUnclear && !chosen.dateOrder
        ? [
            problem(
              'dateOrderUnclear',
              `Dates such as 03/04 can be read in two ways. Unless you choose, they are read as ${localDateOrder(settings.locale)}.`,
            ),
          ]
        : []),
      ...(unclear.length
        ? [
            problem(
              'decimalMarkUnclear',
              `Numbers such as ${unclear[0]!.profile.unclearNumber()!} can be read in two ways. Choose the decimal mark for ${unclear
                .slice(0, 5)
                .map(({ name }) => `"${name}"`)
                .join(', ')}, or these rows fail.`,
            ),
          ]
        : []),
      ...('encoding' in dialect && !dialect.encoding.startsWith('utf') && !chosen.encoding
        ? [
            problem(
              'encodingGuessed',
              `The file isn't Unicode and is read as ${dialect.encoding}. Check accented letters; choose another encoding if they look wrong.`,
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
