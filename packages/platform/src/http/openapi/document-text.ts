import type { OpenApiDocument } from './document.js';

/** Widest line of the text, as in the sources. */
const WIDTH = 110;

/** Returns the document as it is kept in the repository: indented JSON, with what fits into a line on one line. */
export function documentText(document: OpenApiDocument): string {
  return `${textOf(document, '')}\n`;
}

function textOf(value: unknown, indent: string, before = 0): string {
  const line = inline(value);
  if (value === null || typeof value !== 'object' || indent.length + before + line.length <= WIDTH)
    return line;
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => textOf(item, deeper))
    : entriesOf(value).map(([key, item]) => {
        const name = `${JSON.stringify(key)}: `;
        return name + textOf(item, deeper, name.length);
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = entriesOf(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return entries.length ? `{ ${entries.join(', ')} }` : '{}';
}

/** JSON leaves out what is undefined. */
const entriesOf = (value: object) => Object.entries(value).filter(([, item]) => item !== undefined);
