import { FIELD_TYPES, optionMeant, tidyText } from '@pellucid/conditions';
import { z } from 'zod';
import { optionOf } from '../cells/choice-cell.js';
import type { FieldDescriptor } from '../descriptor.js';
import { FieldValueError } from '../field-value-error.js';
import { serverFieldType } from './server-field-type.js';
import { label, same } from './text-codec.js';

/** Schemas of options that several fields share: a document may contain a schema with an id only once. */
const sharedOptions = new Map<string, z.ZodType>();

function optionSchema({ options, optionSet }: FieldDescriptor): z.ZodType {
  const known = optionSet && sharedOptions.get(optionSet);
  if (known) return known;
  const schema = z.enum(options!.map((o) => o.value) as [string, ...string[]]);
  if (!optionSet) return schema;
  const shared = schema.meta({ id: optionSet });
  sharedOptions.set(optionSet, shared);
  return shared;
}

/** One of the options; with `openOptions` a tenant may add its own. */
export const select = serverFieldType(FIELD_TYPES.select, {
  codec: {
    parse(input, field) {
      if (typeof input !== 'string')
        throw new FieldValueError('wrongType', `${label(field)} must be one of its options.`);
      const option = optionMeant(field.options ?? [], input);
      if (option === undefined)
        throw new FieldValueError(
          'notAnOption',
          `"${input.slice(0, 80)}" isn't an option of ${label(field)}. Choose one of: ${(field.options ?? [])
            .slice(0, 12)
            .map((o) => o.value)
            .join(', ')}${(field.options?.length ?? 0) > 12 ? ', …' : ''}.`,
        );
      return option;
    },
    toColumn: same,
    fromColumn: same,
    input: (f) => (f.options?.length && !f.openOptions ? optionSchema(f) : z.string().max(f.maxLength)),
    output: () => z.string(),
  },
  cell: {
    read: (text, field) => optionOf(field, text) ?? tidyText(text),
    write: String,
    fit({ distinct }, field) {
      if (!distinct) return 0.3;
      const values = [...distinct.keys()];
      const known = values.filter((v) => optionOf(field, v) !== undefined).length;
      return Math.max(field.openOptions ? 0.7 : 0.4, known / values.length);
    },
  },
  ownSettings: ['options'],
});
