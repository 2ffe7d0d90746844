import { RE2JS } from 're2js';
import type { TextPattern } from './descriptor.js';

/** Longest pattern: a counted repetition of a long one takes much memory. */
export const MAX_PATTERN = 200;

/** Returns why a text is no pattern; undefined if it is one. */
export function patternFault(source: string): string | undefined {
  try {
    RE2JS.compile(source);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Returns a pattern that whole texts must match. RE2 takes time in proportion to the text, whatever the pattern is; it knows
 * neither back-references nor look-around.
 * @throws for a text that is no pattern, when it is first used
 */
export function textPattern(source: string): TextPattern {
  let compiled: RE2JS | undefined;
  return {
    source,
    matches(text) {
      compiled ??= RE2JS.compile(source);
      return compiled.matches(text);
    },
  };
}
