/** Blocks of cells as spreadsheets put them on the clipboard: rows of tab-separated values. */

/** In: the text on the clipboard. Out: its cells by row. A cell in quotes may contain tabs and line breaks. */
export function readBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (isQuoted && char === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (isQuoted && char === '"') isQuoted = false;
    else if (isQuoted) cell += char;
    else if (char === '"' && cell === '') isQuoted = true;
    else if (char === '\t') endCell();
    else if (char === '\n') {
      endCell();
      rows.push([]);
    } else if (char !== '\r') cell += char;
  }
  endCell();
  // Spreadsheets end the last row too.
  const isBlankEnd = rows.length > 1 && rows.at(-1)?.length === 1 && rows.at(-1)?.[0] === '';
  return isBlankEnd ? rows.slice(0, -1) : rows;
}

/** The reverse of {@link readBlock}. */
export function writeBlock(rows: string[][]): string {
  const written = (cell: string) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(written).join('\t')).join('\n');
}
