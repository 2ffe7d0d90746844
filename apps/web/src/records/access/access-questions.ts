/** Questions about rights that can be asked anywhere in the app. The dialogs that answer them belong to a feature. */
import { useSyncExternalStore } from 'react';

export interface AccessSubject {
  /** A role while the user views as that role. */
  kind: 'member' | 'apiKey' | 'role';
  id: string;
  name: string;
}

/** Why is somebody allowed, or not allowed, to do something? */
export interface WhyQuestion {
  kind: 'why';
  /** An object's key. If the object isn't described to the user, its path without the slash. */
  object: string;
  record?: string;
  action: string;
  field?: string;
  /** The user, if left out. */
  subject?: AccessSubject;
}

/** Who can see a record? */
export interface WhoQuestion {
  kind: 'who';
  object: string;
  record: string;
  field?: string;
}

export type AccessQuestion = WhyQuestion | WhoQuestion;

/** Questions opened from one another. The last one is shown. */
let asked: AccessQuestion[] = [];
const listeners = new Set<() => void>();

function put(questions: AccessQuestion[]): void {
  asked = questions;
  for (const listener of listeners) listener();
}

/** Opens the dialog that explains a decision, above an open question if there is one. */
export function askWhy(question: Omit<WhyQuestion, 'kind'>): void {
  put([...asked, { kind: 'why', ...question }]);
}

/** Opens the dialog that lists who can view a record, above an open question if there is one. */
export function askWho(question: Omit<WhoQuestion, 'kind'>): void {
  put([...asked, { kind: 'who', ...question }]);
}

/** Returns to the previous question, or to the page. */
export function closeAccessQuestion(): void {
  put(asked.slice(0, -1));
}

/** Returns to the page. */
export function closeAllAccessQuestions(): void {
  put([]);
}

/** The open question. Returns the same object while it is open. */
export function useAccessQuestion(): AccessQuestion | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked.at(-1),
  );
}
