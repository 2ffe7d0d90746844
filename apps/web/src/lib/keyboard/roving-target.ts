/**
 * The button that an arrow key moves to, in rows of buttons.
 *
 * @param rows buttons by row; empty rows are ignored
 * @param from the focused button
 * @param key as in `KeyboardEvent.key`
 * @returns the button to focus; undefined if the key is another one or there is no button in that direction
 */
export function targetOf<T>(rows: T[][], from: T, key: string): T | undefined {
  const filled = rows.filter((row) => row.length > 0);
  const at = filled.findIndex((row) => row.includes(from));
  const row = filled[at];
  if (!row) return undefined;
  const place = row.indexOf(from);
  // In a shorter row, moves to its last button.
  const across = (to: T[] | undefined) => to?.[Math.min(place, to.length - 1)];
  switch (key) {
    case 'ArrowDown':
      return across(filled[at + 1]);
    case 'ArrowUp':
      return across(filled[at - 1]);
    case 'ArrowRight':
      return row[place + 1];
    case 'ArrowLeft':
      return row[place - 1];
    case 'Home':
      return filled[0]?.[0];
    case 'End':
      return filled.at(-1)?.at(-1);
    default:
      return undefined;
  }
}
