/** A plain number, which may begin with a sign. */
const NUMBER = /^\s*[+-]?[\d.,\s]*\d\s*%?\s*$/;

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection), also behind leading
 * blanks; plain numbers stay as they are.
 */
export function withoutFormula(text: string): string {
  return /^[\s\u00a0]*[=+\-@]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
