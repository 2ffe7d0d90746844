import { createSpotlight } from '@mantine/spotlight';

/** Whether the command palette is open, and functions that open and close it. It may be opened before it has loaded. */
export const [paletteStore, palette] = createSpotlight();

/** What the palette offers: everything, or only records to create. */
export type PalettePart = 'all' | 'create';

let part: PalettePart = 'all';

/** Opens the palette, or closes it if it is open. */
export function togglePalette(wanted: PalettePart = 'all'): void {
  part = wanted;
  palette.toggle();
}

/** Returns what the palette offers while it is open. */
export const palettePart = (): PalettePart => part;
