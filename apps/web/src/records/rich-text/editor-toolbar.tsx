import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { isSafeHref } from '@pellucid/conditions/rich-text';
import {
  IconAt,
  IconBlockquote,
  IconBold,
  IconCode,
  IconHeading,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconListNumbers,
  IconStrikethrough,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ChainedCommands, Editor } from '@tiptap/core';
import { useEditorState } from '@tiptap/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Popover } from '@/lib/layers/overlays';
import classes from './rich-text.module.css';

interface Tool {
  key: string;
  icon: TablerIcon;
  isOn?: (editor: Editor) => boolean;
  run: (chain: ChainedCommands) => ChainedCommands;
}

const TOOLS: Tool[] = [
  { key: 'bold', icon: IconBold, isOn: (e) => e.isActive('bold'), run: (c) => c.toggleBold() },
  { key: 'italic', icon: IconItalic, isOn: (e) => e.isActive('italic'), run: (c) => c.toggleItalic() },
  { key: 'strike', icon: IconStrikethrough, isOn: (e) => e.isActive('strike'), run: (c) => c.toggleStrike() },
  {
    key: 'heading',
    icon: IconHeading,
    isOn: (e) => e.isActive('heading'),
    run: (c) => c.toggleHeading({ level: 2 }),
  },
  {
    key: 'bulletList',
    icon: IconList,
    isOn: (e) => e.isActive('bulletList'),
    run: (c) => c.toggleBulletList(),
  },
  {
    key: 'orderedList',
    icon: IconListNumbers,
    isOn: (e) => e.isActive('orderedList'),
    run: (c) => c.toggleOrderedList(),
  },
  {
    key: 'taskList',
    icon: IconListCheck,
    isOn: (e) => e.isActive('taskList'),
    run: (c) => c.toggleTaskList(),
  },
  {
    key: 'quote',
    icon: IconBlockquote,
    isOn: (e) => e.isActive('blockquote'),
    run: (c) => c.toggleBlockquote(),
  },
  { key: 'code', icon: IconCode, isOn: (e) => e.isActive('codeBlock'), run: (c) => c.toggleCodeBlock() },
];

/** Buttons for what shortcuts and Markdown do as well. */
export function EditorToolbar({ editor, label }: { editor: Editor; label: string }) {
  const { t } = useTranslation('notes');
  const on = useEditorState({
    editor,
    selector: ({ editor: current }) =>
      [...TOOLS.map(({ isOn }) => isOn?.(current) ?? false), current.isActive('link')].map(Number).join(''),
  });
  return (
    <div role="toolbar" aria-label={label} className={classes['toolbar']}>
      {TOOLS.map(({ key, icon: Icon, run }, n) => (
        <ActionIcon
          key={key}
          size={28}
          variant={on[n] === '1' ? 'light' : 'subtle'}
          color={on[n] === '1' ? undefined : 'gray'}
          aria-label={t(`editor.tools.${key}`)}
          title={t(`editor.tools.${key}`)}
          aria-pressed={on[n] === '1'}
          onClick={() => run(editor.chain().focus()).run()}
        >
          <Icon size={16} />
        </ActionIcon>
      ))}
      <LinkButton editor={editor} isOn={on.at(-1) === '1'} />
      <ActionIcon
        size={28}
        variant="subtle"
        color="gray"
        aria-label={t('editor.tools.mention')}
        title={t('editor.tools.mention')}
        onClick={() => {
          const { from } = editor.state.selection;
          const before = editor.state.doc.textBetween(Math.max(0, from - 1), from, ' ', ' ');
          editor
            .chain()
            .focus()
            .insertContent(/\S/.test(before) ? ' @' : '@')
            .run();
        }}
      >
        <IconAt size={16} />
      </ActionIcon>
    </div>
  );
}

/** Asks for the address of a link: of the selected text, or of a new one. */
function LinkButton({ editor, isOn }: { editor: Editor; isOn: boolean }) {
  const { t } = useTranslation('notes');
  const [address, setAddress] = useState<string>();
  const [isTried, setTried] = useState(false);
  const meant = address?.trim() ?? '';
  const href = isSafeHref(meant) ? meant : `https://${meant}`;
  const isWrong = meant !== '' && !isSafeHref(href);
  const close = () => {
    setAddress(undefined);
    setTried(false);
  };
  const apply = () => {
    setTried(true);
    if (isWrong) return;
    const chain = editor.chain().focus().extendMarkRange('link');
    if (meant === '') chain.unsetLink().run();
    else if (editor.state.selection.empty && !isOn)
      chain.insertContent({ type: 'text', text: meant, marks: [{ type: 'link', attrs: { href } }] }).run();
    else chain.setLink({ href }).run();
    close();
  };
  return (
    <Popover opened={address !== undefined} onClose={close} isDirty={false} withArrow trapFocus>
      <Popover.Target>
        <ActionIcon
          size={28}
          variant={isOn ? 'light' : 'subtle'}
          color={isOn ? undefined : 'gray'}
          aria-label={t('editor.tools.link')}
          title={t('editor.tools.link')}
          aria-pressed={isOn}
          onClick={() => setAddress(String(editor.getAttributes('link')['href'] ?? ''))}
        >
          <IconLink size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            label={t('editor.address')}
            placeholder="https://"
            value={address ?? ''}
            error={isTried && isWrong ? t('editor.wrongAddress') : undefined}
            onChange={(event) => setAddress(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              event.stopPropagation();
              apply();
            }}
          />
          <Button size="sm" onClick={apply}>
            {t('editor.apply')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
