/** The right to export records of an object. */
export const EXPORT = 'export';

/** The rights by which people reach the records that they export. */
export const EXPORTED_BY: readonly string[] = ['read', EXPORT];
