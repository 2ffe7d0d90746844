import { CELL_TEXTS } from './cell-texts.js';

/** What a message about a cell is made of: `cell` and other texts of the file, `field` as the label of the field. */
export type CellParams = Readonly<Record<string, string | number>>;

/** A cell that cannot be read as its field's type. */
export class CellError extends Error {
  override name = 'CellError';

  /**
   * @param code a code of {@link CELL_TEXTS}
   * @param params of its text
   */
  constructor(
    readonly code: keyof typeof CELL_TEXTS.en,
    readonly params: CellParams,
  ) {
    super(CELL_TEXTS.en[code].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '')));
  }
}

/** Returns a cell's text as messages show it. */
export const shownText = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
