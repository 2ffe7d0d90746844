import { MAX_NAME } from './files.record.js';

/**
 * Returns the name under which a file is stored: without the folders, control characters and marks of writing direction
 * that it came with. A name that is too long keeps its ending.
 */
export function tidyName(given: string): string {
  const name = given
    .toWellFormed()
    .replace(/\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .split(/[\\/]/)
    .at(-1)!
    .trim();
  if (/^\.*$/.test(name)) return 'file';
  if (name.length <= MAX_NAME) return name;
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? '';
  return name.slice(0, MAX_NAME - ending.length).toWellFormed() + ending;
}
