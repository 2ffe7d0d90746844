import { readFile } from 'node:fs/promises';
import { BloomFilter } from './bloom-filter.js';
import { passwordLikeness } from './password-likeness.js';

/** Shorter words are too short with any characters around them, and would match parts of anything. */
const SHORTEST = 4;
/** Number of characters around a known password that do not make it a different one: a year, a number, punctuation. */
const DECORATION = 6;
/** Sequences of keys and of letters that people follow. */
const ROWS = [
  '1234567890',
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'yxcvbnm',
  'zxcvbnm',
];
const LEET: Record<string, string> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/**
 * Written by scripts/common-passwords.mjs: the passwords of @zxcvbn-ts/language-common (MIT license, © the zxcvbn-ts
 * authors) as a Bloom filter.
 */
const FILTER_FILE = new URL('./common-passwords.filter.bin', import.meta.url);

let loading: Promise<BloomFilter> | undefined;

/**
 * Passwords that people choose most often and attackers try first. The check is local: no password, nor a part of its
 * hash, is sent anywhere. Loaded when first needed.
 */
function knownPasswords(): Promise<BloomFilter> {
  loading ??= readFile(FILTER_FILE).then((bits) => new BloomFilter(bits));
  return loading;
}

/**
 * Loads the check for common passwords.
 * @returns a function that says whether a password in the form of `passwordLikeness` is a common one, possibly with a
 *   few characters around it
 */
export async function commonPasswords(): Promise<(likeness: string) => boolean> {
  const known = await knownPasswords();
  return (likeness) => isWalk(likeness) || coresOf(likeness).some((core) => known.has(core));
}

/** Returns the words of a list in the form that the filter contains. */
export function filterWords(list: string[]): ReadonlySet<string> {
  return new Set(list.map(passwordLikeness).filter((word) => word.length >= SHORTEST));
}

/** Returns what may remain of a password without disguises that every guessing program knows. */
function coresOf(likeness: string): string[] {
  const plain = [likeness, likeness.replace(/[\s._-]+/g, '')];
  const bare = plain.flatMap((form) => [form, withoutDecoration(form)]);
  const read = bare.flatMap((form) => [form, form.replace(/[013457@$!]/g, (sign) => LEET[sign]!)]);
  const cores = read.flatMap((form) => [form, withoutDecoration(form)]).map(repeatedPart);
  return [...new Set(cores)].filter((core) => core.length >= SHORTEST);
}

function withoutDecoration(form: string): string {
  const core = form.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return form.length - core.length <= DECORATION ? core : form;
}

/** Returns the part that the text repeats, or the text itself. */
function repeatedPart(form: string): string {
  const at = `${form}${form}`.indexOf(form, 1);
  return at < form.length ? form.slice(0, at) : form;
}

/** Whether the text only follows a sequence, in either direction and from any start, or repeats few characters. */
function isWalk(likeness: string): boolean {
  if (new Set(likeness).size < 3) return true;
  const reversed = [...likeness].reverse().join('');
  return [likeness, reversed].some((walk) =>
    ROWS.some((row) => row.repeat(Math.ceil(walk.length / row.length) + 1).includes(walk)),
  );
}
