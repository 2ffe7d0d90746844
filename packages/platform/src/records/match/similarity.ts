/** How alike names are, and which names may be alike. */
import { token_sort_ratio } from 'fuzzball';

/** How alike two names must be by default, in percent. */
export const DEFAULT_THRESHOLD = 85;

/** Letters that sound alike, by one of them. */
const SOUNDS: Readonly<Record<string, string>> = {
  b: 'p', p: 'p', d: 't', t: 't', g: 'k', k: 'k', q: 'k', c: 'k', x: 'k', f: 'f', v: 'f', w: 'f', s: 's', z: 's', m: 'm', n: 'm',
}; // biome-ignore format: a table

/** Most words of a name that count, the longest first. */
const MAX_WORDS = 4;

/** Returns how a word sounds: its consonants in groups that are often mistaken for each other. Digits stay. */
function soundOf(word: string): string {
  let sound = '';
  for (const letter of word.replaceAll('ph', 'f').replaceAll('th', 't').replaceAll('ck', 'k')) {
    if ('aeiouyhj'.includes(letter)) continue;
    const group = SOUNDS[letter] ?? letter;
    if (!sound.endsWith(group)) sound += group;
  }
  return sound || word.slice(0, 1);
}

/**
 * Returns what a name shares with names that may be alike: the sound of its first word, and the sounds of any two of its
 * longest words.
 */
export function soundsOf(name: string): string[] {
  const words = name.split(' ').filter(Boolean);
  if (!words.length) return [];
  const longest = words.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1)).slice(0, MAX_WORDS);
  const sounds = [...new Set(longest.map(soundOf))].sort();
  const pairs = sounds.flatMap((a, n) => sounds.slice(n + 1).map((b) => `${a} ${b}`));
  return [...new Set([soundOf(words[0]!), ...pairs])];
}

/** Returns how alike two names are, in percent, whatever the order of their words. */
export function likeness(a: string, b: string): number {
  return a === b ? 100 : token_sort_ratio(a, b, { full_process: false });
}
