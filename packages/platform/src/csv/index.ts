/** A plain number, which may begin with a sign. Takes time in proportion to its text, however that is made up. */
const NUMBER = /^[+-]?[\d.,\s]*\d\s*%?$/;

/** Whether a spreadsheet would take the text, or the text behind its apostrophes, for a formula. */
function isFormula(text: string): boolean {
  const bare = text.replace(/^'+/, '');
  return /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(bare.trimStart()) && !NUMBER.test(bare.trim());
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection), also behind leading
 * blanks and where the sign is a full-width one; plain numbers stay as they are. {@link withFormula} takes it off again.
 */
export function withoutFormula(text: string): string {
  return isFormula(text) ? `'${text}` : text;
}

/** The reverse of {@link withoutFormula}: what a guarded cell held, for any text. */
export function withFormula(text: string): string {
  return text.startsWith("'") && isFormula(text.slice(1)) ? text.slice(1) : text;
}

/** How a file is written. */
export interface CsvDialect {
  /** One character: comma unless told. */
  delimiter?: string;
}

/**
 * Lines of CSV (RFC 4180), each ended by CR LF. Every file that leaves the product is written here: formulas are guarded, and
 * cells are quoted where a reader could split them, at line ends of any kind and at the delimiters of other countries too.
 * @param rows cells, in the order of the columns
 */
export function csvLines(rows: string[][], { delimiter = ',' }: CsvDialect = {}): string {
  const cell = (text: string) => {
    const safe = withoutFormula(text);
    return /["\r\n,;\t]/.test(safe) || safe.includes(delimiter) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => `${row.map(cell).join(delimiter)}\r\n`).join('');
}
