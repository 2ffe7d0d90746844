import { createSpotlight } from '@mantine/spotlight';

/** Whether the command palette is open, and functions that open and close it. It may be opened before it has loaded. */
export const [paletteStore, palette] = createSpotlight();
