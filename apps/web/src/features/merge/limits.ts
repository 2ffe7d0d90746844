/** Fewest and most records that are merged at once. */
export const FEWEST = 2;
export const MOST = 5;
