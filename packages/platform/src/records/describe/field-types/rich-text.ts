import { FIELD_TYPES, PLAIN_TEXT } from '@pellucid/conditions';
import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { z } from 'zod';
import { WITHHELD } from '../../../masking/index.js';
import type { FieldForm } from '../field-forms.js';
import { documentOf, markdownOf, parseDocument, plainTextOf } from '../rich-text/index.js';
import { serverFieldType } from './server-field-type.js';
import { label, same } from './text-codec.js';

/** Single instances, because a document may contain a schema with an id only once. */
const documentNodes = { type: z.literal('doc'), content: z.array(z.record(z.string(), z.unknown())) };
const documentSchema = z.object(documentNodes).meta({
  id: 'RichText',
  description:
    'A document as nodes: paragraph, heading (level 1 to 3), bulletList, orderedList, taskList (items with `checked`), blockquote, codeBlock, horizontalRule, and in them text (marks bold, italic, strike, code, link), hardBreak and mention (`id` of a person).',
});
const inputSchema = z
  .union([z.object(documentNodes), z.string()])
  .meta({ id: 'RichTextOrMarkdown', description: 'A document like `RichText`, or a text in Markdown.' });

/** Comparisons see the plain text. */
const documentForm: FieldForm = {
  norm: (stored) => PLAIN_TEXT.norm(plainTextOf(stored)),
  match: (how, text) => PLAIN_TEXT.match(how, plainTextOf(text)),
  search: (stored) => PLAIN_TEXT.norm(plainTextOf(stored)),
};

/** A document with headings, lists, checklists, links and mentions. Requests may give Markdown; files do. */
export const richText = serverFieldType(FIELD_TYPES.richText, {
  codec: {
    parse: (input, field) => parseDocument(input, { label: label(field), maxLength: field.maxLength }),
    toColumn: same,
    fromColumn: same,
    input: () => inputSchema,
    output: () => documentSchema,
  },
  defaults: { maxLength: 20_000, sortable: false },
  hasNormColumn: true,
  form: documentForm,
  masking: WITHHELD,
  example: 'Met at the **fair** in spring.',
  cell: {
    read: (text) => text,
    write: (value: string | RichTextDocument) =>
      markdownOf(typeof value === 'string' ? documentOf(value) : value),
    fit: () => 0.9,
  },
});
