/** Writes a document as Markdown, which {@link documentFromMarkdown} reads as the same document, except for empty paragraphs. */
import type { RichTextDocument, RichTextMark, RichTextNode } from '@pellucid/conditions/rich-text';
import type { BlockContent, DefinitionContent, ListItem, PhrasingContent, Root, RootContent } from 'mdast';
import { gfmStrikethroughToMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmTaskListItemToMarkdown } from 'mdast-util-gfm-task-list-item';
import { toMarkdown } from 'mdast-util-to-markdown';
import { MENTION } from './markdown-in.js';

/** Returns the Markdown of a document, without a line break at its end. */
export function markdownOf(document: RichTextDocument): string {
  const tree: Root = { type: 'root', children: document.content.flatMap(block) };
  return toMarkdown(tree, {
    bullet: '-',
    fences: true,
    rule: '-',
    listItemIndent: 'one',
    extensions: [gfmStrikethroughToMarkdown(), gfmTaskListItemToMarkdown()],
  }).trimEnd();
}

function block(node: RichTextNode): (RootContent & (BlockContent | DefinitionContent))[] {
  switch (node.type) {
    case 'paragraph':
      return node.content?.length ? [{ type: 'paragraph', children: inline(node.content) }] : [];
    case 'heading':
      return [
        {
          type: 'heading',
          depth: Number(node.attrs?.['level']) as 1 | 2 | 3,
          children: inline(node.content ?? []),
        },
      ];
    case 'blockquote':
      return [{ type: 'blockquote', children: blocks(node) }];
    case 'codeBlock':
      return [{ type: 'code', value: (node.content ?? []).map(({ text }) => text).join('') }];
    case 'horizontalRule':
      return [{ type: 'thematicBreak' }];
    default:
      return [
        {
          type: 'list',
          ordered: node.type === 'orderedList',
          start: node.type === 'orderedList' ? Number(node.attrs?.['start'] ?? 1) : null,
          spread: false,
          children: (node.content ?? []).map(
            (item): ListItem => ({
              type: 'listItem',
              spread: false,
              checked: item.type === 'taskItem' ? item.attrs?.['checked'] === true : null,
              children: startingWithText(item),
            }),
          ),
        },
      ];
  }
}

const blocks = (node: RichTextNode) => (node.content ?? []).flatMap(block);

/** A checkbox needs a paragraph to stand in. */
const startingWithText = (item: RichTextNode): ListItem['children'] => {
  const children = blocks(item);
  return item.type === 'taskItem' && children[0]?.type !== 'paragraph'
    ? [{ type: 'paragraph', children: [{ type: 'text', value: '\u00a0' }] }, ...children]
    : children;
};

/** From the outermost to the innermost. Code is a text of its own, inside all others. */
const WRAPS: Readonly<Record<string, (mark: RichTextMark, children: PhrasingContent[]) => PhrasingContent>> =
  {
    link: (mark, children) => ({ type: 'link', url: String(mark.attrs?.['href']), children }),
    bold: (_, children) => ({ type: 'strong', children }),
    italic: (_, children) => ({ type: 'emphasis', children }),
    strike: (_, children) => ({ type: 'delete', children }),
  };

/** Wraps runs of nodes that share a mark in one element, mark by mark. */
function inline(nodes: readonly RichTextNode[], marks = Object.keys(WRAPS)): PhrasingContent[] {
  const [mark, ...rest] = marks;
  if (mark === undefined) return nodes.map(leaf);
  const markOf = (node: RichTextNode) => node.marks?.find(({ type }) => type === mark);
  const out: PhrasingContent[] = [];
  for (let at = 0; at < nodes.length; ) {
    const first = markOf(nodes[at]!);
    const same = JSON.stringify(first);
    let end = at + 1;
    while (end < nodes.length && JSON.stringify(markOf(nodes[end]!)) === same) end++;
    const inner = inline(nodes.slice(at, end), rest);
    out.push(...(first ? [WRAPS[mark]!(first, inner)] : inner));
    at = end;
  }
  return out;
}

function leaf(node: RichTextNode): PhrasingContent {
  if (node.type === 'hardBreak') return { type: 'break' };
  if (node.type === 'mention')
    return {
      type: 'link',
      url: MENTION + String(node.attrs?.['id']),
      children: [{ type: 'text', value: '@' }],
    };
  const value = node.text ?? '';
  return node.marks?.some(({ type }) => type === 'code')
    ? { type: 'inlineCode', value }
    : { type: 'text', value };
}
