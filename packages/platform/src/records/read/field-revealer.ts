/** Reveals single values to people who may, and records each reveal. */
export interface FieldRevealer {
  /**
   * @param reason the person's own words; recorded
   * @throws ProblemError 404, 403 outside of the scope of `reveal`, 422 for a hidden or unknown field
   */
  reveal(object: string, id: string, field: string, reason: string): Promise<{ value: unknown }>;
}

/** DI token of the {@link FieldRevealer}. */
export const FIELD_REVEALER = Symbol('FieldRevealer');
