/** Numbers in the notations of the world: 1,234.50 and 1.234,50 and 1 234,50 and 1'234.50. */
const NUMBER = /^[+-]?(?:\d{1,3}(?:[., '\u00a0\u202f]\d{3})+|\d+)(?:[.,]\d{1,10})?$/;
const MONEY_SIGNS = /^(?:\p{Sc}|[A-Z]{3})\s*|\s*(?:\p{Sc}|[A-Z]{3}|,-)$/giu;

/** Marks a number among the words of a document. */
export const NUMBER_MARK = '#';

/** Returns a number in its shortest form, e.g. `12500.5`. @param value decimal notation with a point */
export function shortNumber(value: string): string {
  const [whole = '0', decimals = ''] = value.replace(/^[+-]/, '').split('.');
  const kept = decimals.replace(/0+$/, '');
  return (whole.replace(/^0+(?=\d)/, '') || '0') + (kept ? `.${kept}` : '');
}

/**
 * Returns the numbers that a text can mean, in their shortest form: `1.234` is 1234 to some and 1.234 to others. Empty if it
 * is no number.
 */
export function numbersIn(text: string): string[] {
  const plain = text.trim().replace(MONEY_SIGNS, '').trim();
  if (plain.length > 40 || !NUMBER.test(plain)) return [];
  const digits = plain.replace(/[+\-\s'\u00a0\u202f]/g, '');
  const marks = [...digits.matchAll(/[.,]/g)];
  const last = marks.at(-1);
  if (!last) return [shortNumber(digits)];
  const whole = digits.replace(/[.,]/g, '');
  const tail = digits.slice(last.index + 1);
  const isOnlyOfItsKind = marks.filter((mark) => mark[0] === last[0]).length === 1;
  const decimal = `${digits.slice(0, last.index).replace(/[.,]/g, '')}.${tail}`;
  const asGroups = tail.length === 3 && new Set(marks.map(([mark]) => mark)).size === 1;
  return [
    ...new Set([
      ...(asGroups ? [shortNumber(whole)] : []),
      ...(isOnlyOfItsKind ? [shortNumber(decimal)] : []),
    ]),
  ];
}
