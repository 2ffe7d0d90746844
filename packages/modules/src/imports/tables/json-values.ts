import { linkKey } from '@pellucid/conditions';
import { listCell } from '@pellucid/platform/records';

/** Levels of objects within objects that get columns of their own; what is deeper is kept as JSON. */
const MAX_DEPTH = 4;

/** What a reference consists of, as our exports and our API write it. Other members make an object one of its own. */
const REFERENCE_MEMBERS: ReadonlySet<string> = new Set(['id', 'name', 'object']);

/** A record of a file: an object of JSON. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A text of a cell, and whether it was a number. */
export interface JsonCell {
  text: string;
  isNumber: boolean;
}

/** Numbers of so many characters may have more digits than a number of JavaScript keeps. */
const LONG_NUMBER = /[\d.]{16}/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?=\s*[,}\]])/g;
/** Marks the text of such a number: a noncharacter, which no text contains (Unicode 23.7). */
const EXACT = '\uffff';
const EXACT_TEXT = new RegExp(`"${EXACT}([^"]*)"`, 'g');

/** Parses the text of a record. @throws SyntaxError, which says what is wrong */
export function parseRecord(text: string): JsonRecord {
  const exact = LONG_NUMBER.test(text)
    ? text.replace(STRING_OR_NUMBER, (part) =>
        part[0] === '"' || part.length < 16 ? part : `"${EXACT}${part}"`,
      )
    : text;
  const value: unknown = JSON.parse(exact);
  if (!isObject(value)) throw new SyntaxError('it is not an object in braces');
  return value;
}

/** Whether a value is an object of JSON, and no list. */
export const isObject = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an object is a document of formatted text, which is one value. */
const isDocument = (value: unknown) =>
  isObject(value) && value['type'] === 'doc' && Array.isArray(value['content']);

/** Whether the members of a list are lines of the record rather than references: they say more than an ID, a name and a role. */
export const isLine = (item: unknown): boolean =>
  isObject(item) &&
  Object.keys(item).some((key) => !REFERENCE_MEMBERS.has(key) && !(key === 'role' && 'object' in item));

/**
 * Tells the cells of an object, each with its path: `account.name`, `custom.region`. A reference has a name and an ID, and
 * so has a list of them.
 * @param tell gets null for a value that is not there
 */
export function tellCells(
  object: JsonRecord,
  tell: (path: string, cell: JsonCell | null) => void,
  above = '',
  depth = 1,
): void {
  for (const [key, value] of Object.entries(object)) {
    const path = above + key;
    if (isDocument(value)) tell(path, text(jsonOf(value)));
    else if (isObject(value) && depth < MAX_DEPTH) {
      if (isLinkToRecord(value)) {
        const { object: to, id, role, ...rest } = value;
        const said = typeof role === 'string' && role !== '' ? { role } : {};
        tell(`${path}.id`, text(linkKey({ object: to, id, ...said })));
        tellCells(rest, tell, `${path}.`, depth + 1);
      } else tellCells(value, tell, `${path}.`, depth + 1);
    } else if (Array.isArray(value)) tellList(value, path, tell);
    else tell(path, cellOf(value));
  }
}

function tellList(
  items: readonly unknown[],
  path: string,
  tell: (path: string, cell: JsonCell | null) => void,
): void {
  if (items.length > 0 && items.every((item) => isObject(item) && !isLine(item))) {
    const cells = new Map<string, string[]>();
    for (const item of items)
      tellCells({ item }, (one, cell) => {
        const own = path + one.slice('item'.length);
        cells.set(own, [...(cells.get(own) ?? []), ...(cell ? [cell.text] : [])]);
      });
    for (const [own, texts] of cells) tell(own, text(listCell(texts)));
  } else if (items.some((item) => typeof item === 'object' && item !== null)) tell(path, text(jsonOf(items)));
  else {
    const texts = items.flatMap((item) => cellOf(item)?.text ?? []);
    tell(path, texts.length ? text(listCell(texts)) : null);
  }
}

const isLinkToRecord = (value: JsonRecord): value is JsonRecord & { object: string; id: string } =>
  typeof value['object'] === 'string' && typeof value['id'] === 'string' && !isLine(value);

const text = (given: string): JsonCell => ({ text: given, isNumber: false });

function cellOf(value: unknown): JsonCell | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return { text: plainNumber(value), isNumber: true };
  if (typeof value !== 'string') return text(typeof value === 'object' ? jsonOf(value) : String(value));
  return value.startsWith(EXACT) ? { text: value.slice(EXACT.length), isNumber: true } : text(value);
}

/** Returns the JSON of a value that has no columns of its own. */
const jsonOf = (value: unknown) => JSON.stringify(value).replaceAll(EXACT_TEXT, '$1');

/** Returns a number without an exponent. */
function plainNumber(number: number): string {
  const short = String(number);
  if (!short.includes('e')) return short;
  return number.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}
