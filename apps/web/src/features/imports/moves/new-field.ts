import type { PlannedColumn } from '../api/moves';

const MOST_NAME = 50;
const MOST_LABEL = 100;

/** The field that a column becomes if someone wants one for it: a text, named like the column. */
export function newFieldFor({
  name: column,
}: Pick<PlannedColumn, 'name'>): NonNullable<PlannedColumn['newField']> {
  // Systems put the name of the object before a column, and their mark behind it.
  const label = column
    .replace(/__c$/i, '')
    .replace(/^[\w ]+ - /, '')
    .replaceAll('_', ' ')
    .trim();
  const words = label
    .normalize('NFKD')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const name = words
    .map((word, n) => (n === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('');
  return {
    name: (/^[A-Za-z]/.test(name) ? name : `field${name}`).slice(0, MOST_NAME),
    label: label.slice(0, MOST_LABEL) || column.slice(0, MOST_LABEL),
    type: 'text',
  };
}
