import { SaxesParser } from 'saxes';
import { TableRefusedError } from './table-refused.js';

/** Receives the events of an XML document; names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  text?(text: string): void;
}

/** Maximum number of characters of a single text or tag. */
const MAX_TOKEN = 4_000_000;

/** Returns a name without its namespace prefix. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Parses an XML document piece by piece; yields after each piece, when the listener has received its events.
 * @throws TableRefusedError for a text without an end, or if the document has definitions of its own (they may expand
 *   without limit); Error when it is not well-formed
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
