import { badRequest } from '../../errors/index.js';
import type { FilterContext } from '../decide/index.js';
import { collectionOf, type FieldDescriptor, type LineCollection } from '../describe/index.js';
import { currencyKeyOf } from './presenter.js';

/** What a request shows of records. */
export interface Chosen {
  fields: FieldDescriptor[];
  lines: LineCollection[];
  /** Keys to read; undefined for all fields. */
  keys: string[] | undefined;
}

/**
 * Returns the fields and lines that a request asks for; all fields if it names none.
 * @param bringsLines whether a request that names none shows lines too
 * @throws ProblemError 400 for an unknown key
 */
export function chosenParts(
  { descriptor }: FilterContext,
  keys: string[] | undefined,
  bringsLines: boolean,
): Chosen {
  if (!keys)
    return { fields: descriptor.fields, lines: bringsLines ? descriptor.lines : [], keys: undefined };
  const chosen: Chosen = { fields: [], lines: [], keys: [] };
  for (const key of keys) {
    const f = descriptor.byKey.get(key);
    const lines = f ? undefined : collectionOf(descriptor, key);
    if (f) chosen.fields.push(f);
    else if (lines) chosen.lines.push(lines);
    else
      throw badRequest('unknownField', `"${key}" isn't a field of ${descriptor.pluralLabel.toLowerCase()}.`, [
        {
          pointer: '?fields',
          code: 'unknownField',
          message: `"${key}" isn't a known field. Remove it or correct its name.`,
        },
      ]);
  }
  return { ...chosen, keys: keysToRead(chosen) };
}

/** Returns the keys to read for what is shown: amounts need their currency. */
function keysToRead({ fields, lines }: Chosen): string[] {
  const currencies = [...fields, ...lines.flatMap((l) => l.fields)].flatMap((f) => currencyKeyOf(f) ?? []);
  return [...new Set([...fields, ...lines].map(({ key }) => key).concat(currencies))];
}
