import { badRequest } from '../../errors/index.js';
import type { FilterContext } from '../decide/index.js';
import type { FieldDescriptor } from '../describe/index.js';
import { currencyKeyOf } from './presenter.js';

/** Returns the fields that a request asks for; all if it names none. @throws ProblemError 400 for an unknown key */
export function chosenFields(context: FilterContext, keys: string[] | undefined): FieldDescriptor[] {
  if (!keys) return context.descriptor.fields;
  return keys.map((key) => {
    const f = context.descriptor.byKey.get(key);
    if (!f)
      throw badRequest(
        'unknownField',
        `"${key}" isn't a field of ${context.descriptor.pluralLabel.toLowerCase()}.`,
        [
          {
            pointer: '?fields',
            code: 'unknownField',
            message: `"${key}" isn't a known field. Remove it or correct its name.`,
          },
        ],
      );
    return f;
  });
}

/** Returns the keys to read for the fields to show: a money field needs its currency. */
export function keysToRead(fields: FieldDescriptor[]): string[] {
  return [...new Set(fields.flatMap((f) => [f.key, currencyKeyOf(f) ?? []].flat()))];
}
