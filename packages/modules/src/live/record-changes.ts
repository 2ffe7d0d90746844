import type { FeedEvent } from '@pellucid/platform/events';
import { type FieldChange, SECURITY_PREFIX, type StoredView } from '@pellucid/platform/records';

/** What some events did to one record, as one change. */
export interface RecordChange {
  object: string;
  id: string;
  /** The record's version afterwards; null if only its shares changed. */
  version: number | null;
  /** Whether it was there before the events, unless it is deleted and they didn't do that. */
  wasThere: boolean;
  /** Whether they deleted it. */
  isDeletion: boolean;
  /** By field key: the value before the first event and after the last. */
  fields: Map<string, FieldChange>;
  /** By grantee: the access that a share granted before the first event; null for none. */
  sharesBefore: Map<string, 'read' | 'edit' | null>;
}

const APPEARING = new Set(['created', 'restored']);
const SHARING = new Set(['shared', 'unshared']);

/** Returns the key of the object that an event is about. */
export function objectOf({ object }: Pick<FeedEvent, 'object'>): string {
  return object.startsWith(SECURITY_PREFIX) ? object.slice(SECURITY_PREFIX.length) : object;
}

/**
 * Combines the events of each record. Security events other than those about shares are left out, since nobody sees them
 * in a record.
 * @param events in the order of the feed
 */
export function combined(events: FeedEvent[]): RecordChange[] {
  const changes = new Map<string, RecordChange>();
  for (const event of events) {
    const isSecurity = event.object.startsWith(SECURITY_PREFIX);
    if (isSecurity && !SHARING.has(event.verb)) continue;
    const object = objectOf(event);
    const key = `${object}/${event.recordId}`;
    let change = changes.get(key);
    if (!change) {
      change = {
        object,
        id: event.recordId,
        version: null,
        wasThere: isSecurity || !APPEARING.has(event.verb),
        isDeletion: false,
        fields: new Map(),
        sharesBefore: new Map(),
      };
      changes.set(key, change);
    }
    if (isSecurity) addShare(change, event.changes);
    else addFields(change, event);
  }
  return [...changes.values()];
}

function addFields(change: RecordChange, event: FeedEvent): void {
  change.version = event.recordVersion;
  change.isDeletion ||= event.verb === 'deleted';
  const fields = event.changes as Record<string, FieldChange>;
  for (const key of new Set([...event.fields, ...Object.keys(fields)])) {
    const first = change.fields.get(key);
    const { before, after } = fields[key] ?? {};
    change.fields.set(key, { before: first ? first.before : before, after });
  }
}

function addShare(change: RecordChange, { grantee, access }: any): void {
  const id = (grantee?.before ?? grantee?.after)?.id;
  if (typeof id !== 'string' || change.sharesBefore.has(id)) return;
  change.sharesBefore.set(id, access?.before ?? null);
}

/** Returns a record as it was before the change. */
export function viewBefore(view: StoredView, change: RecordChange): StoredView {
  const state = { ...view.state };
  for (const [key, { before }] of change.fields) state[key] = (before ?? null) as never;
  const shares = view.shares.filter(({ grantee }) => !change.sharesBefore.has(grantee));
  for (const [grantee, access] of change.sharesBefore) if (access) shares.push({ grantee, access });
  return { ...view, state, shares };
}
