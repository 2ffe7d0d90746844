/**
 * Where an arrow key leads among rows of buttons.
 *
 * @param rows buttons by row; rows without any count for nothing
 * @param from the button that holds the focus
 * @param key as `KeyboardEvent.key` gives it
 * @returns the button to go to; undefined where the key is none of these or there is nowhere to go
 */
export function targetOf<T>(rows: T[][], from: T, key: string): T | undefined {
  const filled = rows.filter((row) => row.length > 0);
  const at = filled.findIndex((row) => row.includes(from));
  const row = filled[at];
  if (!row) return undefined;
  const place = row.indexOf(from);
  // A shorter row is entered at its last button.
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
