import { isSafeHref } from '@pellucid/conditions/rich-text';
import type { Extensions } from '@tiptap/core';
import { TaskItem, TaskList } from '@tiptap/extension-list';
import { Mention, type MentionOptions } from '@tiptap/extension-mention';
import { Placeholder } from '@tiptap/extensions';
import StarterKit from '@tiptap/starter-kit';

interface EditorOptions {
  placeholder: string;
  mentions: MentionOptions['suggestion'];
  named: ((id: string) => string | undefined) | undefined;
}

/** What the editor knows: the nodes and marks that the server stores, and nothing else. Whatever else is pasted is dropped. */
export function editorExtensions({ placeholder, mentions, named }: EditorOptions): Extensions {
  return [
    StarterKit.configure({
      underline: false,
      trailingNode: false,
      heading: { levels: [1, 2, 3] },
      link: {
        openOnClick: false,
        autolink: true,
        defaultProtocol: 'https',
        isAllowedUri: (url) => isSafeHref(url),
        HTMLAttributes: { rel: 'noopener noreferrer nofollow', target: '_blank', class: null },
      },
    }),
    TaskList,
    TaskItem.configure({ nested: true }),
    Placeholder.configure({ placeholder }),
    Mention.configure({
      suggestion: mentions,
      renderText: ({ node }) => `@${node.attrs['label'] ?? named?.(node.attrs['id']) ?? '…'}`,
      renderHTML: ({ node }) => [
        'span',
        { 'data-type': 'mention', 'data-id': node.attrs['id'] },
        `@${node.attrs['label'] ?? named?.(node.attrs['id']) ?? '…'}`,
      ],
    }),
  ];
}
