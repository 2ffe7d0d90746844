import { type CsvRecord, isBlank, parseCsv, RecordTooLongError } from './csv-parser.js';

/** Supported characters between the cells of a file. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

/** One of {@link DELIMITERS}. */
export type Delimiter = (typeof DELIMITERS)[number];

/** Names that people write instead of the character. */
const NAMED: ReadonlyMap<string, Delimiter> = new Map([
  ['comma', ','],
  ['semicolon', ';'],
  ['tab', '\t'],
  ['\\t', '\t'],
  ['pipe', '|'],
]);

/** Returns the delimiter meant by a character or its name; undefined when it is not supported. */
export function delimiterNamed(given: string): Delimiter | undefined {
  return DELIMITERS.find((d) => d === given) ?? NAMED.get(given.trim().toLowerCase());
}

/** Excel's first line `sep=;`. */
export const SEPARATOR_LINE = /^sep=([,;\t|])\r?\n?$/i;

/**
 * Finds the delimiter that splits the text into the same number of cells in each record, respecting quotes.
 * @param sample the beginning of the file; its last line may be cut off
 */
export function detectDelimiter(sample: string): Delimiter {
  const told = SEPARATOR_LINE.exec(sample.slice(0, sample.indexOf('\n') + 1));
  if (told) return told[1] as Delimiter;
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: 0 };
  // With equal evidence the comma comes last, because it also occurs in plain text.
  for (const delimiter of DELIMITERS.toReversed()) {
    const all = recordsOf(sample, delimiter);
    const records = (all.length > 3 ? all.slice(0, -1) : all).filter((r) => !r.damage && !isBlank(r));
    const header = records[0]?.cells.length ?? 0;
    if (header < 2) continue;
    const alike = records.filter((r) => r.cells.length === header).length / records.length;
    // Many columns that agree are better evidence than two.
    const score = alike * (1 + Math.log2(header));
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Returns the first records under a delimiter; none where a line has more cells than any table. */
function recordsOf(sample: string, delimiter: Delimiter): CsvRecord[] {
  try {
    return parseCsv(sample, delimiter).slice(0, 200);
  } catch (error) {
    if (error instanceof RecordTooLongError) return [];
    throw error;
  }
}
