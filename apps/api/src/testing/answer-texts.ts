/** Returns a value as JSON without its IDs. The digits of a random ID can match whatever a test searches for. */
export function textWithoutIds(value: unknown): string {
  return JSON.stringify(value).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
}
