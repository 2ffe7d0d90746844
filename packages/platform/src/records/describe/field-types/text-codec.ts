/** Codecs of texts, and how they stand in files. */
import { tidyKey, tidyText } from '@pellucid/conditions';
import { z } from 'zod';
import { ENVELOPE_PREFIX } from '../../../crypto/index.js';
import type { CellForm } from '../cells/cell-form.js';
import type { FieldDescriptor } from '../descriptor.js';
import { FieldValueError } from '../field-value-error.js';
import type { FieldCodec } from './server-field-type.js';

/** For values whose API form is also what the column and the driver hold. */
export const same = (value: unknown) => value;

/** Returns a field's label as quoted in messages. */
export const label = (field: FieldDescriptor) => `"${field.label}"`;

/** Parses a text that is kept byte for byte. @throws FieldValueError */
export function parseText(input: unknown, field: FieldDescriptor): string {
  if (typeof input !== 'string') throw new FieldValueError('wrongType', `${label(field)} must be text.`);
  if (input.length > field.maxLength)
    throw new FieldValueError(
      'tooLong',
      `${label(field)} can have at most ${field.maxLength} characters. This has ${input.length}.`,
      {
        max: field.maxLength,
      },
    );
  if (field.pattern && !field.pattern.matches(input))
    throw new FieldValueError(
      'patternMismatch',
      `${label(field)} must match the pattern ${field.pattern.source}${field.help ? ` (${field.help})` : ''}.`,
      { pattern: field.pattern.source },
    );
  if (input.startsWith(ENVELOPE_PREFIX))
    throw new FieldValueError(
      'reservedText',
      `${label(field)} can't start with "${ENVELOPE_PREFIX}", which marks encrypted values. Put something in front of it.`,
    );
  if (input.includes('\u0000'))
    throw new FieldValueError(
      'invalidText',
      `${label(field)} contains a NUL character, which can't be stored; remove it.`,
    );
  if (!input.isWellFormed())
    throw new FieldValueError(
      'invalidText',
      `${label(field)} contains half of a surrogate pair; send valid Unicode.`,
    );
  return input;
}

/** Parses a single-line text: trims a name, and brings a key into the form in which keys are compared. */
export function parseName(input: unknown, field: FieldDescriptor): string {
  if (typeof input !== 'string') return parseText(input, field);
  return parseText(field.isKey ? tidyKey(input) : tidyText(input), field);
}

/** The codec of single-line texts. */
export const nameCodec: FieldCodec = {
  parse: parseName,
  toColumn: same,
  fromColumn: same,
  input: (f) => z.string().max(f.maxLength),
  output: () => z.string(),
};

/** Cells that contain a single-line text. */
export const nameCell: CellForm = {
  read: (text) => tidyText(text),
  write: String,
  fit: ({ longest }, field) => (field.maxLength > 0 && longest > field.maxLength * 2 ? 0.2 : 1),
};
