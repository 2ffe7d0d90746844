import { SaxesParser } from 'saxes';
import { TableRefusedError } from './table-refused.js';

/** What a reader of XML is told; names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  text?(text: string): void;
}

/** Characters a single text or tag may have. */
const MAX_TOKEN = 4_000_000;

/** A name without its namespace prefix. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Reads an XML document piece by piece; yields after each piece what the listener was told of by then.
 * @throws TableRefusedError where a text has no end or the document brings definitions of its own (they may unfold without
 *   bounds); Error where it is not well-formed
 */
export async function* xmlEvents(bytes: AsyncIterable<Buffer>, listener: XmlListener): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false });
  let pending = 0;
  parser.on('opentag', ({ name, attributes }) => {
    pending = 0;
    listener.open(localName(name), attributes as Record<string, string>);
  });
  parser.on('closetag', ({ name }) => {
    pending = 0;
    listener.close(localName(name));
  });
  const text = (found: string) => {
    pending = 0;
    listener.text?.(found);
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('doctype', () => {
    throw new TableRefusedError(
      'The workbook contains its own definitions (DOCTYPE). Save it again as XLSX or CSV.',
    );
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const part of bytes) {
    const characters = decoder.decode(part, { stream: true });
    pending += characters.length;
    parser.write(characters);
    if (pending > MAX_TOKEN)
      throw new TableRefusedError(
        'The workbook has a cell of several million characters. Shorten it or save the sheet as CSV.',
      );
    yield;
  }
  parser.write(decoder.decode()).close();
}
