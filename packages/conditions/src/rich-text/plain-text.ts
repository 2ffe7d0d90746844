import type { RichTextNode } from './rich-text.types.js';

/** Stands for what has no text, such as a picture: the character that Unicode has for it. */
const OBJECT = '\ufffc';

/** What stands before an item, by the type of its list. */
const BULLETS: Readonly<Record<string, (item: RichTextNode, index: number, list: RichTextNode) => string>> = {
  bulletList: () => '• ',
  orderedList: (_item, index, list) => `${Number(list.attrs?.['start'] ?? 1) + index}. `,
  taskList: (item) => (item.attrs?.['checked'] ? '☑ ' : '☐ '),
};

/**
 * Returns what a document says as plain text: a line for each paragraph, items of lists with a bullet, number or box. Searches,
 * filters, diffs and names work with it.
 * @param named returns the name of a mentioned member; without it, a mention is "@…"
 */
export function plainText(node: RichTextNode, named?: (id: string) => string | undefined): string {
  const inline = (of: RichTextNode): string => (of.content ?? []).map((each) => text(each)).join('');
  const text = (of: RichTextNode): string => {
    if (of.text !== undefined) return of.text;
    if (of.type === 'hardBreak') return '\n';
    if (of.type === 'mention') return `@${named?.(String(of.attrs?.['id'])) ?? '…'}`;
    return inline(of);
  };
  const lines = (of: RichTextNode): string[] => {
    const bullet = BULLETS[of.type];
    if (bullet)
      return (of.content ?? []).flatMap((item, index) =>
        blocks(item).map((line, n) => (n === 0 ? bullet(item, index, of) : '  ') + line),
      );
    if (of.type === 'picture') return [String(of.attrs?.['alt'] || OBJECT)];
    if (of.type === 'horizontalRule') return [];
    if (of.type === 'blockquote') return blocks(of);
    return inline(of).split('\n');
  };
  const blocks = (of: RichTextNode): string[] => (of.content ?? []).flatMap(lines);
  return blocks(node).join('\n');
}

/** Returns the ids of the members whom a document mentions, each once. */
export function mentionedIn(node: RichTextNode): string[] {
  const ids = new Set<string>();
  const walk = (of: RichTextNode) => {
    if (of.type === 'mention') ids.add(String(of.attrs?.['id']));
    of.content?.forEach(walk);
  };
  walk(node);
  return [...ids];
}
