/** A plain number with an optional sign. Matching takes time linear in the length of the text. */
const NUMBER = /^[+-]?[\d.,\s]*\d\s*%?$/;

/** Whether a text begins with an ASCII letter or digit, as most do: then it is no formula. */
function isPlain(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first >= 48 && first <= 57) || (first >= 65 && first <= 90) || (first >= 97 && first <= 122);
}

/** Whether a spreadsheet would treat the text, after any leading apostrophes, as a formula. */
function isFormula(text: string): boolean {
  if (text === '' || isPlain(text)) return false;
  const bare = text.replace(/^'+/, '');
  return /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(bare.trimStart()) && !NUMBER.test(bare.trim());
}

/**
 * Puts an apostrophe before text that a spreadsheet would treat as a formula (OWASP, CSV injection), including after
 * leading blanks and with a full-width sign. Plain numbers are unchanged. {@link withFormula} removes the apostrophe.
 */
export function withoutFormula(text: string): string {
  return isFormula(text) ? `'${text}` : text;
}

/** Reverses {@link withoutFormula}: returns the original text of a guarded cell. */
export function withFormula(text: string): string {
  return text.startsWith("'") && isFormula(text.slice(1)) ? text.slice(1) : text;
}

/** How a CSV file is written. */
export interface CsvDialect {
  /** One character; a comma by default. */
  delimiter?: string;
}

/**
 * Formats rows as CSV (RFC 4180), each line ended by CR LF. Every CSV file that the product exports is written here.
 * Formulas are guarded, and cells are quoted if they contain any kind of line end or any common delimiter.
 * @param rows cells, in the order of the columns
 */
export function csvLines(rows: string[][], { delimiter = ',' }: CsvDialect = {}): string {
  const cell = (text: string) => {
    const safe = withoutFormula(text);
    return /["\r\n,;\t]/.test(safe) || safe.includes(delimiter) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => `${row.map(cell).join(delimiter)}\r\n`).join('');
}
