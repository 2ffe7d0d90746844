/** The question whether to save a record that may be a duplicate. The dialog belongs to a feature. */
import { useSyncExternalStore } from 'react';
import { ApiProblem } from '@/lib/api-problem';

/** An existing record that a rule takes for the same. */
export interface FoundDuplicate {
  object: string;
  /** Null for another row of the same request. */
  id: string | null;
  /** Null if the user may see the record, but not its name. */
  name: string | null;
  /** Why, the best match first. */
  rules: {
    rule: { id: string; name: string };
    score: number;
    conditions: { fields: string[]; otherFields: string[]; score: number }[];
  }[];
}

export interface DuplicatesQuestion {
  id: number;
  duplicates: FoundDuplicate[];
  /** Whether a rule blocks duplicates, and does not only warn. */
  isBlocked: boolean;
  mayOverride: boolean;
  answer: (saves: boolean) => void;
}

let asked: DuplicatesQuestion | undefined;
let lastId = 0;
const listeners = new Set<() => void>();

function show(question: DuplicatesQuestion | undefined): void {
  asked = question;
  for (const listener of listeners) listener();
}

/** The open question. Returns the same object while it is open. */
export function useDuplicatesQuestion(): DuplicatesQuestion | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}

/** Returns what rules found, if that is why a request was refused. */
function foundBy(error: unknown): FoundDuplicate[] {
  if (!(error instanceof ApiProblem) || error.code !== 'possibleDuplicates') return [];
  const found = error.document['duplicates'];
  return Array.isArray(found) ? (found as FoundDuplicate[]) : [];
}

/**
 * Sends a write. If rules find duplicates, asks what to do, and sends it once more if the user saves it anyway.
 *
 * @param send gets the query of the request
 * @throws ApiProblem with the refusal if the user goes back
 */
export async function askingAboutDuplicates<T>(
  send: (query: { allowDuplicates?: 'true' }) => Promise<T>,
): Promise<T> {
  try {
    return await send({});
  } catch (error) {
    const duplicates = foundBy(error);
    // While another question is open, a second one would replace it.
    if (!duplicates.length || asked) throw error;
    const { isBlocked, mayOverride } = (error as ApiProblem).document;
    lastId += 1;
    const id = lastId;
    const saves = await new Promise<boolean>((answer) =>
      show({ id, duplicates, isBlocked: isBlocked === true, mayOverride: mayOverride === true, answer }),
    ).finally(() => show(undefined));
    if (!saves) throw error;
    return await send({ allowDuplicates: 'true' });
  }
}
