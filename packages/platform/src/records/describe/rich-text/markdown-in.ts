/** Reads Markdown (CommonMark with strikethrough and checklists) as a document. HTML in it is text like any other. */
import { isSafeHref, type RichTextMark, type RichTextNode } from '@pellucid/conditions/rich-text';
import type { Nodes, Parents, PhrasingContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';
import { isUuid } from '../../../context/index.js';

/** How mentions are written: a link to `member:` with the ID. */
export const MENTION = 'member:';

/** Constructs that documents have no node for. Without them, what people wrote stays as they wrote it. */
const LEFT_OUT = {
  disable: {
    null: ['htmlFlow', 'htmlText', 'definition', 'labelStartImage', 'codeIndented', 'setextUnderline'],
  },
};

/** Returns the content of a document; {@link checkedDocument} has yet to check it. @param text Markdown, or plain text */
export function documentFromMarkdown(text: string): RichTextNode {
  const tree = fromMarkdown(text, {
    extensions: [gfmStrikethrough({ singleTilde: false }), gfmTaskListItem(), LEFT_OUT],
    mdastExtensions: [gfmStrikethroughFromMarkdown(), gfmTaskListItemFromMarkdown()],
  });
  return { type: 'doc', content: blocksOf(tree) };
}

const blocksOf = (parent: Parents): RichTextNode[] => (parent.children as Nodes[]).flatMap(block);

function block(node: Nodes): RichTextNode[] {
  switch (node.type) {
    case 'paragraph':
      return [{ type: 'paragraph', content: inlineOf(node.children, []) }];
    case 'heading':
      return [
        {
          type: 'heading',
          attrs: { level: Math.min(node.depth, 3) },
          content: inlineOf(node.children, []),
        },
      ];
    case 'blockquote':
      return [{ type: 'blockquote', content: blocksOf(node) }];
    case 'code':
      return [{ type: 'codeBlock', content: [{ type: 'text', text: node.value }] }];
    case 'thematicBreak':
      return [{ type: 'horizontalRule' }];
    case 'list': {
      const isTasks = node.children.some(({ checked }) => typeof checked === 'boolean');
      const content = node.children.map((item) => ({
        type: isTasks ? 'taskItem' : 'listItem',
        ...(isTasks ? { attrs: { checked: item.checked === true } } : {}),
        content: blocksOf(item),
      }));
      if (isTasks) return [{ type: 'taskList', content }];
      return node.ordered
        ? [{ type: 'orderedList', attrs: { start: node.start ?? 1 }, content }]
        : [{ type: 'bulletList', content }];
    }
    default:
      return [];
  }
}

function inlineOf(nodes: readonly PhrasingContent[], marks: readonly RichTextMark[]): RichTextNode[] {
  const within = (children: readonly PhrasingContent[], mark: RichTextMark) =>
    inlineOf(children, [...marks, mark]);
  const text = (value: string, more: readonly RichTextMark[] = []): RichTextNode[] =>
    // A line break inside a paragraph is one that somebody typed.
    value
      .split('\n')
      .flatMap((line, n): RichTextNode[] => [
        ...(n ? [{ type: 'hardBreak' }] : []),
        { type: 'text', text: line, marks: [...marks, ...more] },
      ]);
  return nodes.flatMap((node): RichTextNode[] => {
    switch (node.type) {
      case 'inlineCode':
        return text(node.value, [{ type: 'code' }]);
      case 'break':
        return [{ type: 'hardBreak' }];
      case 'strong':
        return within(node.children, { type: 'bold' });
      case 'emphasis':
        return within(node.children, { type: 'italic' });
      case 'delete':
        return within(node.children, { type: 'strike' });
      case 'link': {
        const { url } = node;
        const id = url.startsWith(MENTION) ? url.slice(MENTION.length) : '';
        if (isUuid(id)) return [{ type: 'mention', attrs: { id } }];
        // An address that may not be opened stays as text beside what was to lead there.
        if (!isSafeHref(url)) return [...inlineOf(node.children, marks), ...text(` (${url})`)];
        return within(node.children, { type: 'link', attrs: { href: url } });
      }
      default:
        return 'value' in node ? text(node.value) : [];
    }
  });
}
