import type { FieldProblem } from '../errors/index.js';
import { pointer } from '../errors/index.js';

/** Maximum nesting of arrays and objects in a JSON body; condition trees and records need far less. */
export const MOST_LEVELS = 64;

/**
 * Finds what cannot be processed or stored in a parsed JSON body: nesting deeper than {@link MOST_LEVELS}, a NUL
 * character, or half of a surrogate pair (RFC 8259 §8.2), which is not Unicode text and which Postgres refuses. Does
 * not recurse, so no body can exhaust the stack.
 * @returns the first problem, or undefined
 */
export function storabilityProblem(body: unknown): FieldProblem | undefined {
  const open: { value: unknown; path: Path | null; level: number }[] = [
    { value: body, path: null, level: 0 },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, level } = next;
    if (typeof value === 'string') {
      const code = textProblem(value);
      if (code) return problemOf(code, path);
    }
    if (value === null || typeof value !== 'object') continue;
    if (level >= MOST_LEVELS)
      return {
        pointer: pointerOf(path),
        code: 'tooDeep',
        message: `The body has more than ${MOST_LEVELS} levels of arrays and objects. Flatten it.`,
        params: { levels: MOST_LEVELS },
      };
    for (const [key, item] of Object.entries(value)) {
      const code = textProblem(key);
      if (code) return problemOf(code, path);
      open.push({ value: item, path: { key, parent: path }, level: level + 1 });
    }
  }
  return undefined;
}

/** The path to a value, from the inside out. */
interface Path {
  key: string;
  parent: Path | null;
}

type TextProblem = 'nul' | 'surrogate';

/** Returns why a text cannot be stored; undefined if it can. */
export function textProblem(text: string): TextProblem | undefined {
  if (text.includes('\u0000')) return 'nul';
  return text.isWellFormed() ? undefined : 'surrogate';
}

function problemOf(problem: TextProblem, path: Path | null): FieldProblem {
  const at = pointerOf(path);
  const what =
    problem === 'nul'
      ? "a NUL character, which can't be stored; remove it"
      : 'half of a surrogate pair; send valid Unicode';
  return { pointer: at, code: 'invalidText', message: `${at || 'The body'} contains ${what}.` };
}

function pointerOf(path: Path | null): string {
  const keys: string[] = [];
  for (let at = path; at; at = at.parent) keys.push(at.key);
  return pointer(...keys.reverse());
}
