/** Documents as the engine has them: one text, their JSON in the only form in which equal documents are equal texts. */
import { normalizeText } from '@pellucid/conditions';
import { plainText, type RichTextDocument } from '@pellucid/conditions/rich-text';
import { FieldValueError } from '../field-value-error.js';
import { checkedDocument } from './document-schema.js';
import { documentFromMarkdown } from './markdown-in.js';

/** Longest Markdown that is read, and longest JSON that is stored, in characters. */
const MOST_CHARACTERS = 200_000;

const START = '{"type":"doc"';

/**
 * Reads a document that people or programs give.
 * @param input the document's JSON, as an object or a text; any other text is Markdown
 * @param field label, quoted, and the most characters that the plain text may have
 * @returns the stored form; null if the document says nothing
 * @throws FieldValueError
 */
export function parseDocument(input: unknown, field: { label: string; maxLength: number }): string | null {
  const tooLong = (length: number, max: number) =>
    new FieldValueError('tooLong', `${field.label} can have at most ${max} characters. This has ${length}.`, {
      max,
    });
  if (typeof input === 'string' && input.length > MOST_CHARACTERS)
    throw tooLong(input.length, MOST_CHARACTERS);
  const given = typeof input === 'string' ? (jsonIn(input) ?? documentFromMarkdown(input)) : input;
  const document = checkedDocument(given, field.label);
  const text = plainText(document);
  if (normalizeText(text) === '') return null;
  if (text.length > field.maxLength) throw tooLong(text.length, field.maxLength);
  const stored = JSON.stringify(document);
  if (stored.length > MOST_CHARACTERS) throw tooLong(stored.length, MOST_CHARACTERS);
  return stored;
}

/** Returns the object that a text is the JSON of, if it is a document. */
function jsonIn(text: string): unknown {
  if (!/^\s*\{\s*"type"\s*:\s*"doc"/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the document of a stored text. A text that is none, such as a masked one, becomes a paragraph. */
export function documentOf(stored: string): RichTextDocument {
  if (stored.startsWith(START)) return JSON.parse(stored);
  return { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: stored }] }] };
}

/** Returns what a stored document says, or the text itself if it is none: filters compare documents with plain texts. */
export const plainTextOf = (stored: string): string =>
  stored.startsWith(START) ? plainText(documentOf(stored)) : stored;

/** Returns the first line of a stored document that says something, for a name. */
export function firstLineOf(stored: string, most = 120): string {
  const line = plainTextOf(stored)
    .split('\n')
    .map((each) => each.replace(/^\s*([•☐☑]|\d+\.) /, '').trim())
    .find(Boolean);
  if (line === undefined || line.length <= most) return line ?? '';
  return `${[...line].slice(0, most - 1).join('')}…`;
}
