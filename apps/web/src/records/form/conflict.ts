import type { ApiProblem } from '@/lib/api-problem';

/** A field both sides changed, with what it was when the person began. */
export interface ConflictField {
  field: string;
  original: unknown;
  current: unknown;
  yours: unknown;
}

export type ConflictChoice = 'yours' | 'current';

export interface Conflict {
  /** The version the choice will be written against. */
  version: number | undefined;
  fields: ConflictField[];
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** In: the 412 answer to a write of `changes`. Out: what there is to decide. */
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

/** Whether every clashing field has been decided. */
export function isDecided(conflict: Conflict, choices: Record<string, ConflictChoice>): boolean {
  return conflict.fields.every(({ field }) => choices[field] !== undefined);
}

/**
 * What to write after the choice: every change that did not clash, and of the clashing ones those where
 * the person keeps their own. Nothing at all where they take the other side throughout.
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
