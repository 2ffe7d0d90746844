/** A plain number, which may begin with a sign. Takes time in proportion to its text, however that is made up. */
const NUMBER = /^[+-]?[\d.,\s]*\d\s*%?$/;

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection), also behind leading
 * blanks and where the sign is a full-width one; plain numbers stay as they are.
 */
export function withoutFormula(text: string): string {
  return /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text.trimStart()) && !NUMBER.test(text.trim())
    ? `'${text}`
    : text;
}
