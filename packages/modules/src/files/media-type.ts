import { isUtf8 } from 'node:buffer';
import { fileTypeFromBuffer } from 'file-type';

/** Bytes at the beginning of a file that tell its type. */
export const HEAD_BYTES = 65_536;

/** Types that say nothing about what a program does with the content. */
const UNKNOWN = 'application/octet-stream';

/** What texts begin with, by the type that it makes them. Browsers look as far into a file. */
const TEXTS: [RegExp, string][] = [
  [/<svg[\s>]/i, 'image/svg+xml'],
  [/<(!doctype html|html|head|body|script|iframe|style|title|a|b|div|p|h1|img|table)[\s>]/i, 'text/html'],
  [/^\s*<\?xml[\s>]/i, 'application/xml'],
  [/^\s*%!ps/i, 'application/postscript'],
];

/**
 * Returns the media type of a file by its content. Its name and the type that came with it are never trusted.
 * @param head its first {@link HEAD_BYTES}
 */
export async function mediaTypeOf(head: Buffer): Promise<string> {
  const binary = await fileTypeFromBuffer(head);
  if (binary && binary.mime !== 'application/xml') return binary.mime;
  const text = textOf(head);
  if (text === undefined) return UNKNOWN;
  return TEXTS.find(([begins]) => begins.test(text.slice(0, 4_096)))?.[1] ?? 'text/plain';
}

/** Returns the text that bytes are; undefined if they are none. A character at the end may be cut off. */
function textOf(head: Buffer): string | undefined {
  if (head.includes(0)) return undefined;
  for (let cut = 0; cut < 4 && cut <= head.length; cut++) {
    const bytes = head.subarray(0, head.length - cut);
    if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\ufeff/, '');
  }
  return undefined;
}
