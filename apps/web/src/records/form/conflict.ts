import type { ApiProblem } from '@/lib/api-problem';

/** A field that both sides changed, with its value when the user began. */
export interface ConflictField {
  field: string;
  original: unknown;
  current: unknown;
  yours: unknown;
}

export type ConflictChoice = 'yours' | 'current';

export interface Conflict {
  /** The version on which the choice will be based. */
  version: number | undefined;
  fields: ConflictField[];
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** In: the 412 answer to a write of `changes`. Out: the conflict to decide. */
export function readConflict(problem: ApiProblem, changes: Record<string, unknown>): Conflict {
  const current = asObject(problem.document['current']);
  const yours = asObject(problem.document['yours']);
  const original = asObject(problem.document['original']);
  const fields = Object.keys(changes)
    .filter((field) => field in yours || field in original)
    .map((field) => ({
      field,
      original: original[field] ?? null,
      current: current[field] ?? null,
      yours: yours[field] ?? changes[field] ?? null,
    }));
  const stated = problem.document['version'] ?? current['version'];
  return { version: typeof stated === 'number' ? stated : undefined, fields };
}

/** Whether every conflicting field has been decided. */
export function isDecided(conflict: Conflict, choices: Record<string, ConflictChoice>): boolean {
  return conflict.fields.every(({ field }) => choices[field] !== undefined);
}

/**
 * What to write after the choice: all changes without conflict, and the conflicting ones for which the user keeps their
 * own value. Nothing at all if they take the other side for every field.
 */
export function resolveConflict(
  changes: Record<string, unknown>,
  conflict: Conflict,
  choices: Record<string, ConflictChoice>,
): Record<string, unknown> {
  const dropped = new Set(
    conflict.fields.filter(({ field }) => choices[field] !== 'yours').map(({ field }) => field),
  );
  return Object.fromEntries(Object.entries(changes).filter(([field]) => !dropped.has(field)));
}
