import { leafHash } from './merkle.js';

/** A column of a sealed event, with the SQL that returns it as text over `record_event e`. */
interface LeafColumn {
  name: string;
  text: string;
}

const plain = (name: string): LeafColumn => ({ name, text: `e.${name}::text` });
const columns: LeafColumn[] = [
  ...['tenant_id', 'id', 'object', 'record_id', 'verb', 'descriptor_version', 'record_version'].map(plain),
  plain('changes'),
  // Covers the stored bytes, so it does not matter whether the record's secret still exists.
  { name: 'personal', text: `encode(sha256(e.personal), 'hex')` },
  ...['actor_kind', 'actor_id', 'on_behalf_of', 'cause_kind', 'cause_id', 'cause_version'].map(plain),
  ...['correlation_id', 'causation_id', 'depth'].map(plain),
  { name: 'suppress', text: 'array_to_json(e.suppress)::text' },
  { name: 'at', text: `to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` },
  plain('origin'),
  { name: 'fields', text: 'array_to_json(e.fields)::text' },
];

/**
 * The format of new seals. Each seal names its format, so that older seals can be checked after a change of the table.
 */
export const LEAF_FORMAT = 1;

/** The columns of an event that each format covers, in order. A format that was used for seals never changes. */
export const LEAF_COLUMNS: Record<number, LeafColumn[]> = { 1: columns };

/**
 * Returns SQL for the event's columns as an array of texts; null if the event is missing. It is JSON, which Node.js parses natively.
 * @throws RangeError for an unknown format
 */
export function leafExpression(format: number): string {
  const known = LEAF_COLUMNS[format];
  if (!known) throw new RangeError(`seals of format ${format} are not known to this version`);
  return `case when e.id is not null then to_json(array[${known.map(({ text }) => text).join(', ')}]) end`;
}

/** An event at its position in the feed, with its columns as texts. */
export interface SealableEvent {
  position: number;
  eventId: string;
  /** Null if the feed refers to an event that the log does not contain. */
  columns: (string | null)[] | null;
}

/** Returns the hash of an event at its position: position, id and every column. */
export function eventLeaf(format: number, event: SealableEvent): Buffer {
  return leafHash(Buffer.from(JSON.stringify([format, event.position, event.eventId, event.columns])));
}
