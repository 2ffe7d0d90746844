import { useEffect, useSyncExternalStore } from 'react';
import type { PresenceMessage, PresenceRequest, PresentPerson } from './live-messages';

/** How long somebody who pauses is still said to be writing, in milliseconds. */
const TYPING_MS = 4_000;

const NOBODY: PresentPerson[] = [];

/** What this tab shows; null for no record. */
let own: PresenceRequest = null;
/** Who else was said to be there. */
let others: PresenceMessage | undefined;
let typingEnds: ReturnType<typeof setTimeout> | undefined;
let tell: (() => void) | undefined;
const listeners = new Set<() => void>();

/** What this tab has to say of itself. */
export const ownPresence = (): PresenceRequest => own;

/** Calls the function whenever {@link ownPresence} changes; undefined for no more. */
export function onOwnPresence(next: (() => void) | undefined): void {
  tell = next;
}

/** Notes who else is there; nobody without a connection. */
export function showPresence(message: PresenceMessage | undefined): void {
  others = message;
  for (const listener of listeners) listener();
}

function say(next: PresenceRequest): void {
  if (JSON.stringify(next) === JSON.stringify(own)) return;
  own = next;
  tell?.();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Returns the others who look at a record, as far as the user may know. */
export function useOthers(object: string, id: string): PresentPerson[] {
  return useSyncExternalStore(subscribe, () =>
    others?.object === object && others.id === id ? others.people : NOBODY,
  );
}

/** Says that the user looks at a record, for as long as the component is there. */
export function useLooking(object: string, id: string): void {
  useEffect(() => {
    say({ object, id, field: null, typing: false });
    return () => {
      clearTimeout(typingEnds);
      if (own?.object === object && own.id === id) say(null);
    };
  }, [object, id]);
}

/** Says that the user edits a field of the record that the page shows, for as long as the component is there. */
export function useEditing(object: string, id: string, field: string): void {
  useEffect(() => {
    if (own?.object !== object || own.id !== id) return;
    say({ ...own, field });
    return () => {
      if (own?.object === object && own.id === id && own.field === field) say({ ...own, field: null });
    };
  }, [object, id, field]);
}

/** Says that the user is writing a comment, until they pause. */
export function noteTyping(object: string, id: string): void {
  if (own?.object !== object || own.id !== id) return;
  say({ ...own, typing: true });
  clearTimeout(typingEnds);
  typingEnds = setTimeout(stopTyping, TYPING_MS);
}

/** Says that the user has stopped writing. */
export function stopTyping(): void {
  clearTimeout(typingEnds);
  if (own) say({ ...own, typing: false });
}
