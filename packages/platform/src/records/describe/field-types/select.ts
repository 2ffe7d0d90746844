import { FIELD_TYPES, optionMeant, tidyText } from '@pellucid/conditions';
import { z } from 'zod';
import { optionOf } from '../cells/choice-cell.js';
import type { FieldDescriptor, FieldOption } from '../descriptor.js';
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

/** Names the options that can be chosen, as far as a message can. */
function listed(options: readonly FieldOption[]): string {
  const open = options.filter(({ retired }) => !retired).map(({ value }) => value);
  return `${open.slice(0, 12).join(', ')}${open.length > 12 ? ', …' : ''}`;
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
          `"${input.slice(0, 80)}" isn't an option of ${label(field)}. Choose one of: ${listed(field.options ?? [])}.`,
        );
      if (field.options!.some(({ value, retired }) => retired && value === option))
        throw new FieldValueError(
          'optionRetired',
          `"${option}" is no longer an option of ${label(field)}. Choose another one.`,
          { value: option },
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
  ownSettings: ['options', 'dependsOn'],
});
