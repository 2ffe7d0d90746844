import { AsyncLocalStorage } from 'node:async_hooks';
import { currentContext } from '../../context/index.js';
import { ProblemError } from '../../errors/index.js';

/**
 * Maximum length of a chain of writes that cause each other: by events that consumers and jobs react to, and by
 * participants that write other records. People build chains of a few links on purpose (a won deal makes an order, an
 * order makes tasks); whatever gets to 16 triggers itself and would not end.
 */
export const MAX_CHAIN = 16;

/** Names of the participants that the running write is nested in, outermost first. */
const nesting = new AsyncLocalStorage<string[]>();

/** Runs a participant, so that its own writes are known to be caused by it. */
export function runNested<T>(participant: string, fn: () => T): T {
  return nesting.run([...(nesting.getStore() ?? []), participant], fn);
}

/**
 * Refuses a write that would make a chain too long.
 * @throws ProblemError 422 `chainTooLong`, which no repetition mends; it names the causes
 */
export function assertChainEnds(): void {
  const { depth, cause, causationId, route } = currentContext();
  const participants = nesting.getStore() ?? [];
  if (depth + participants.length < MAX_CHAIN) return;
  const outer = [route, `${cause.kind} ${cause.id ?? ''}`.trim()].filter(Boolean);
  const by = [...(depth ? outer : []), ...new Set(participants)];
  throw new ProblemError(
    422,
    'chainTooLong',
    'Changes trigger each other without end',
    `This change is number ${depth + participants.length + 1} in a chain of changes that trigger each other; at most ${MAX_CHAIN} are allowed. It was caused by ${by.join(' → ')}. Change the rule that starts it again.`,
    { causes: { cause, causationId, depth, participants } },
  );
}
