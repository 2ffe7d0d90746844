/** What people ask about rights, from anywhere in the app; the dialogs that answer stand in a feature. */
import { useSyncExternalStore } from 'react';

export interface AccessSubject {
  /** A role where one looks through it. */
  kind: 'member' | 'apiKey' | 'role';
  id: string;
  name: string;
}

/** Why may, or may not, somebody do something? */
export interface WhyQuestion {
  kind: 'why';
  /** An object's key, or its path without the slash where it is not described to this person. */
  object: string;
  record?: string;
  action: string;
  field?: string;
  /** The person who asks, unless told. */
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

/** Asked one out of another; the last one is open. */
let asked: AccessQuestion[] = [];
const listeners = new Set<() => void>();

function put(questions: AccessQuestion[]): void {
  asked = questions;
  for (const listener of listeners) listener();
}

export function askWhy(question: Omit<WhyQuestion, 'kind'>): void {
  put([...asked, { kind: 'why', ...question }]);
}

export function askWho(question: Omit<WhoQuestion, 'kind'>): void {
  put([...asked, { kind: 'who', ...question }]);
}

/** Back to the question from which this one was asked, or to the page. */
export function closeAccessQuestion(): void {
  put(asked.slice(0, -1));
}

/** Back to the page. */
export function closeAllAccessQuestions(): void {
  put([]);
}

/** The question that is open, the same object as long as it is. */
export function useAccessQuestion(): AccessQuestion | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked.at(-1),
  );
}
