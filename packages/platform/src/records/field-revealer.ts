/** Shows single values in clear to those who may have them shown, and keeps account of it. */
export interface FieldRevealer {
  /**
   * @param reason why, in the person's own words; recorded
   * @throws ProblemError 404, 403 outside of the scope of `reveal`, 422 for a field that is hidden or unknown
   */
  reveal(object: string, id: string, field: string, reason: string): Promise<{ value: unknown }>;
}

/** DI token of the {@link FieldRevealer}. */
export const FIELD_REVEALER = Symbol('FieldRevealer');
