import { z } from 'zod';

/** Most objects whose records a page can watch. */
export const MOST_OBJECTS = 20;
/** Most single records of an object that a page can watch. */
export const MOST_RECORDS = 200;
/** Largest message that a browser may send, in bytes. A request to watch as much as possible fits. */
export const MESSAGE_BYTES = 256 * 1024;

/** What a page shows of an object: any of its records, as lists do, or some by their ids. */
const watchSchema = z.strictObject({
  object: z.string().min(1).max(100),
  records: z.union([z.literal('all'), z.array(z.uuid()).max(MOST_RECORDS)]),
});

/**
 * `watch`, from the browser: everything that the page shows from now on. It replaces what the page watched before.
 * `age`: milliseconds since the oldest data on the page were requested; what has changed since then is sent at once.
 */
export const watchRequestSchema = z.strictObject({
  watches: z.array(watchSchema).max(MOST_OBJECTS),
  age: z.int().min(0),
});

export type WatchRequest = z.infer<typeof watchRequestSchema>;

/** Answer to `watch`. `retryAfter`: seconds to wait before the next attempt. */
export type WatchAnswer = { ok: true } | { ok: false; code: string; retryAfter?: number };

/**
 * What has changed of an object, as far as the receiver sees it. Records that left their sight are `gone`, whatever the
 * reason. `all`: too much to list, so the page has to fetch whatever it shows.
 */
export type ObjectChanges = { object: string } & (
  | { all: true }
  | { changed: { id: string; version: number | null }[]; gone: string[] }
);

/**
 * `changes`, to the browser. The server sends the next one after the browser has acknowledged this one, and collects what
 * changes meanwhile.
 */
export interface ChangesMessage {
  changes: ObjectChanges[];
  /** Fields, objects or layouts may look different now: the page has to ask for their descriptions again. */
  definitions?: true;
  /** The receiver's notifications may have changed: the page has to ask for their count again. */
  notifications?: true;
}

/**
 * `presence`, from the browser: the record that its page is about, the field that is being edited and whether somebody writes a
 * comment; null for none. It is said again every few seconds: what is not heard for a while is forgotten.
 */
export const presenceRequestSchema = z
  .strictObject({
    object: z.string().min(1).max(100),
    id: z.uuid(),
    field: z.string().min(1).max(200).nullable().default(null),
    typing: z.boolean().default(false),
  })
  .nullable();

export type PresenceRequest = z.infer<typeof presenceRequestSchema>;

/** Somebody else who looks at the same record. */
export interface PresentPerson {
  id: string;
  name: string;
  /** Keys of the fields that they are editing, as far as the receiver sees these. */
  fields: string[];
  /** Whether they are writing a comment. */
  typing: boolean;
}

/** `presence`, to the browser: everybody else who looks at the record, whenever that changes. */
export interface PresenceMessage {
  object: string;
  id: string;
  people: PresentPerson[];
}
