/** Days and instants as the API and the database write them. */

/** Whether a text is a calendar date of the years 1 to 9999, as the database accepts it. */
export function isDate(value: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!match || match[1] === '0000') return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

/** Converts Postgres' text of a timestamptz in UTC to ISO 8601 with milliseconds. */
export function instant(raw: string | Date): string {
  if (raw instanceof Date) return raw.toISOString();
  const base = raw.slice(0, 10) + 'T' + raw.slice(11, 19);
  const end = raw.slice(19);
  if (end === '+00') return base + '.000Z';
  const match = /^(?:\.(\d{1,6}))?([+-]\d{2})(?::?(\d{2}))?$/.exec(end);
  if (!match) return new Date(raw).toISOString();
  const ms = (match[1] ?? '').padEnd(3, '0').slice(0, 3);
  if (match[2] === '+00' && !match[3]) return `${base}.${ms}Z`;
  return new Date(`${base}.${ms}${match[2]}:${match[3] ?? '00'}`).toISOString();
}
