import { isBlank, parseCsv } from './csv-parser.js';

/** Characters that part the cells of the files people have. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

/** One of {@link DELIMITERS}. */
export type Delimiter = (typeof DELIMITERS)[number];

/** Names people write instead of the character. */
const NAMED: Record<string, Delimiter> = { comma: ',', semicolon: ';', tab: '\t', '\\t': '\t', pipe: '|' };

/** The delimiter people mean by a character or its name; undefined when it is none of ours. */
export function delimiterNamed(given: string): Delimiter | undefined {
  return DELIMITERS.find((d) => d === given) ?? NAMED[given.trim().toLowerCase()];
}

/** Excel's first line `sep=;`. */
export const SEPARATOR_LINE = /^sep=([,;\t|])\r?\n?$/i;

/**
 * Finds the delimiter by which the text falls into equally many cells per record, quotes honoured.
 * @param sample the beginning of the file; its last line may be cut off
 */
export function detectDelimiter(sample: string): Delimiter {
  const told = SEPARATOR_LINE.exec(sample.slice(0, sample.indexOf('\n') + 1));
  if (told) return told[1] as Delimiter;
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: 0 };
  // On equal evidence the comma comes last: it also stands in plain text.
  for (const delimiter of DELIMITERS.toReversed()) {
    const all = parseCsv(sample, delimiter).slice(0, 200);
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
