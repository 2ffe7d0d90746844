/** The closed schema of documents: which nodes and marks there are, what stands in which, and the form they are stored in. */
import {
  isSafeHref,
  type RichTextDocument,
  type RichTextMark,
  type RichTextNode,
} from '@pellucid/conditions/rich-text';
import { z } from 'zod';
import { FieldValueError } from '../field-value-error.js';

/** Most nodes of a document, and how deep they may be nested. */
const MOST_NODES = 5_000;
const MOST_LEVELS = 16;

const INLINE = ['text', 'hardBreak', 'mention'];
const BLOCKS = [
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'taskList',
  'blockquote',
  'codeBlock',
  'horizontalRule',
];

/** Attributes of a node or mark, by name: returns the value to keep, undefined to leave it out. @throws string what is wrong */
type Attributes = Readonly<Record<string, (value: unknown) => unknown>>;

interface NodeRule {
  /** What may stand in it. */
  content: readonly string[];
  attributes?: Attributes;
  /** Whether it starts with a paragraph, as items of lists do. */
  startsWithParagraph?: boolean;
  /** Whether it is a text itself. */
  isText?: boolean;
  /** Whether its texts have no marks. */
  isVerbatim?: boolean;
}

const uuid = z.uuid();
const memberId = (value: unknown) => {
  if (!uuid.safeParse(value).success) throw `a mention needs the ID of a person`;
  return (value as string).toLowerCase();
};
const wholeFrom = (low: number, high: number, what: string) => (value: unknown) => {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high)
    throw `${what} must be from ${low} to ${high}`;
  return value;
};

const ITEM = { content: BLOCKS, startsWithParagraph: true } as const;
const NODES: Readonly<Record<string, NodeRule>> = {
  doc: { content: BLOCKS },
  paragraph: { content: INLINE },
  heading: { content: INLINE, attributes: { level: wholeFrom(1, 3, 'the level of a heading') } },
  bulletList: { content: ['listItem'] },
  orderedList: {
    content: ['listItem'],
    attributes: {
      start: (value) =>
        value === undefined || value === 1
          ? undefined
          : wholeFrom(0, 1e9, 'the first number of a list')(value),
    },
  },
  listItem: ITEM,
  taskList: { content: ['taskItem'] },
  taskItem: { ...ITEM, attributes: { checked: (value) => value === true } },
  blockquote: { content: BLOCKS, startsWithParagraph: false },
  codeBlock: { content: ['text'], isVerbatim: true },
  horizontalRule: { content: [] },
  hardBreak: { content: [] },
  mention: { content: [], attributes: { id: memberId } },
  text: { content: [], isText: true },
};

/** Marks in the order in which they are stored. Code excludes the others, except for a link. */
const MARKS: Readonly<Record<string, Attributes>> = {
  link: {
    href: (value) => {
      if (!isSafeHref(value)) throw 'a link must be a whole web address, mailto: or tel:';
      return value;
    },
  },
  bold: {},
  italic: {},
  strike: {},
  code: {},
};

/** Nodes that say nothing without something in them. */
const CONTAINERS = new Set(['bulletList', 'orderedList', 'taskList', 'blockquote']);

const NODE_NAMES = Object.keys(NODES);

/** Reads a document once, counting its nodes. */
class DocumentReader {
  private nodes = 0;

  constructor(private readonly label: string) {}

  document(input: unknown): RichTextDocument {
    const { content = [] } = this.node(input, ['doc'], 0);
    // Editors keep an empty paragraph at the end to write in.
    const isBlank = ({ type, content: inner }: RichTextNode) => type === 'paragraph' && !inner?.length;
    const first = content.findIndex((block) => !isBlank(block));
    const last = content.findLastIndex((block) => !isBlank(block));
    return { type: 'doc', content: first < 0 ? [] : content.slice(first, last + 1) };
  }

  private refuse(message: string, params: Record<string, unknown> = {}): never {
    throw new FieldValueError('invalidDocument', `${this.label} isn't a valid document: ${message}.`, params);
  }

  private node(input: unknown, allowed: readonly string[], level: number): RichTextNode {
    if (!isObject(input) || typeof input['type'] !== 'string')
      this.refuse('every node must be an object with a "type"');
    const { type } = input;
    const rule =
      ownOf(NODES, type) ??
      this.refuse(`"${type.slice(0, 50)}" is no node. Use ${NODE_NAMES.join(', ')}`, {
        node: type.slice(0, 50),
      });
    if (!allowed.includes(type))
      this.refuse(`"${type}" can't stand here. Use ${allowed.join(', ') || 'nothing'}`, { node: type });
    if (level > MOST_LEVELS)
      this.refuse(`it is nested deeper than ${MOST_LEVELS} levels`, { max: MOST_LEVELS });
    if (++this.nodes > MOST_NODES) this.refuse(`it has more than ${MOST_NODES} nodes`, { max: MOST_NODES });
    if (rule.isText) return this.text(input);
    const attrs = this.attributes(input['attrs'], rule.attributes ?? {});
    const given = input['content'] ?? [];
    if (!Array.isArray(given)) this.refuse(`the content of "${type}" must be a list`);
    const content = tidied(
      given.map((child) => this.node(child, rule.content, level + 1)),
      rule,
    );
    return { type, ...(attrs ? { attrs } : {}), ...(content.length || type === 'doc' ? { content } : {}) };
  }

  private text(input: Readonly<Record<string, unknown>>): RichTextNode {
    const { text, marks = [] } = input;
    if (typeof text !== 'string') this.refuse('a text node must have a "text"');
    if (!text.isWellFormed() || text.includes('\u0000'))
      this.refuse('it contains characters that are no valid Unicode text');
    if (!Array.isArray(marks)) this.refuse('marks must be a list');
    const byType = new Map(marks.map((mark: unknown) => this.mark(mark)).map((mark) => [mark.type, mark]));
    const kept = Object.keys(MARKS).flatMap((type) => byType.get(type) ?? []);
    return { type: 'text', ...(kept.length ? { marks: kept } : {}), text };
  }

  private mark(input: unknown): RichTextMark {
    const type = isObject(input) ? input['type'] : undefined;
    const rule = typeof type === 'string' ? ownOf(MARKS, type) : undefined;
    if (!rule || typeof type !== 'string')
      this.refuse(`"${String(type).slice(0, 50)}" is no mark. Use ${Object.keys(MARKS).join(', ')}`);
    const attrs = this.attributes((input as { attrs?: unknown }).attrs, rule);
    return { type, ...(attrs ? { attrs } : {}) };
  }

  /** Keeps the attributes that the schema knows. Editors add others, such as classes, which are left out. */
  private attributes(given: unknown, rules: Attributes): Record<string, unknown> | undefined {
    const attrs: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(rules)) {
      try {
        const value = read(isObject(given) ? given[name] : undefined);
        if (value !== undefined) attrs[name] = value;
      } catch (problem) {
        if (typeof problem !== 'string') throw problem;
        this.refuse(problem);
      }
    }
    return Object.keys(attrs).length ? attrs : undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the entry of a table under a name that a request gives, which may be one that every object inherits. */
const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Brings content into the only form in which it is stored, so that equal documents are equal texts. */
function tidied(content: RichTextNode[], rule: NodeRule): RichTextNode[] {
  const kept: RichTextNode[] = [];
  for (const node of content) {
    if (node.text === '') continue;
    if (CONTAINERS.has(node.type) && !node.content?.length) continue;
    const one = rule.isVerbatim && node.marks ? { type: 'text', text: node.text! } : node;
    const last = kept.at(-1);
    if (
      one.text !== undefined &&
      last?.text !== undefined &&
      JSON.stringify(one.marks) === JSON.stringify(last.marks)
    )
      kept[kept.length - 1] = { ...last, text: last.text + one.text };
    else kept.push(one);
  }
  if (rule.startsWithParagraph && kept[0]?.type !== 'paragraph') kept.unshift({ type: 'paragraph' });
  return kept;
}

/**
 * Checks a document against the closed schema and brings it into its stored form.
 * @param label of the field, quoted, for messages
 * @throws FieldValueError that names the field and what is wrong
 */
export function checkedDocument(input: unknown, label: string): RichTextDocument {
  return new DocumentReader(label).document(input);
}
