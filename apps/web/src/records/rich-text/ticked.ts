import type { RichTextDocument, RichTextNode } from '@pellucid/conditions/rich-text';

/** Returns the document with the nth item of its checklists ticked, or not ticked. */
export function ticked(document: RichTextDocument, index: number, isChecked: boolean): RichTextDocument {
  let at = 0;
  const change = (node: RichTextNode): RichTextNode => {
    const isMeant = node.type === 'taskItem' && at++ === index;
    const content = node.content?.map(change);
    return {
      ...node,
      ...(isMeant ? { attrs: { ...node.attrs, checked: isChecked } } : {}),
      ...(content ? { content } : {}),
    };
  };
  return change(document) as RichTextDocument;
}
