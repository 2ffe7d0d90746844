/** Messages of the API's module `live`, as the browser sends and receives them. */

/** What the page shows of an object: any of its records, or some by their IDs. */
export interface Watch {
  object: string;
  records: 'all' | string[];
}

export interface WatchRequest {
  watches: Watch[];
  /** Milliseconds since the oldest data on the page were requested. What changed since then is sent at once. */
  age: number;
}

/** `retryAfter`: seconds to wait before the next attempt. */
export type WatchAnswer = { ok: true } | { ok: false; code: string; retryAfter?: number };

export interface ChangedRecord {
  id: string;
  /** Null if unknown. */
  version: number | null;
}

/** What changed of an object, as far as the user sees it. `all`: too much to list. */
export type ObjectChanges = { object: string } & (
  | { all: true }
  | { all?: never; changed: ChangedRecord[]; gone: string[] }
);

export interface ChangesMessage {
  changes: ObjectChanges[];
  /** Fields, objects or layouts may look different now. */
  definitions?: true;
  /** The user's notifications may have changed. */
  notifications?: true;
}

/** The record that the page is about, the field that is being edited, and whether the user is writing a comment. */
export type PresenceRequest = { object: string; id: string; field: string | null; typing: boolean } | null;

/** Somebody else who looks at the same record. */
export interface PresentPerson {
  id: string;
  name: string;
  /** Keys of the fields that they are editing. */
  fields: string[];
  /** Whether they are writing a comment. */
  typing: boolean;
}

/** Everybody else who looks at a record. */
export interface PresenceMessage {
  object: string;
  id: string;
  people: PresentPerson[];
}
