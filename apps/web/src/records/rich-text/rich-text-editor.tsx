import { Input } from '@mantine/core';
import { useId } from '@mantine/hooks';
import { plainText, type RichTextDocument } from '@pellucid/conditions/rich-text';
import type { JSONContent } from '@tiptap/core';
import { EditorContent, useEditor } from '@tiptap/react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EditorToolbar } from './editor-toolbar';
import { editorExtensions } from './editor-extensions';
import { MentionMenu } from './mention-menu';
import { useMentions } from './use-mentions';
import classes from './rich-text.module.css';

export interface RichTextEditorProps {
  /** The document to begin with; later ones are ignored. Give a `key` to begin anew. */
  value: RichTextDocument | null;
  /** In: what was written; null if it says nothing. */
  onChange: (document: RichTextDocument | null) => void;
  /** Name of the input; shown above it unless `isLabelHidden`. */
  label: string;
  shownLabel?: ReactNode;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string | undefined;
  isDisabled?: boolean | undefined;
  isRequired?: boolean | undefined;
  autoFocus?: boolean | undefined;
  /** Returns the name of a person whom the document mentions already. */
  named?: ((id: string) => string | undefined) | undefined;
  /** Runs at Ctrl-Enter. */
  onSubmit?: (() => void) | undefined;
}

/** Writes a document: a toolbar, and a text area with shortcuts, lists, checklists, links and mentions by "@". */
export default function RichTextEditor(props: RichTextEditorProps) {
  const { value, label, shownLabel, description, error, placeholder, isDisabled, autoFocus } = props;
  const { t } = useTranslation('notes');
  const id = useId();
  const latest = useRef(props);
  latest.current = props;
  const mentions = useMentions();
  const editor = useEditor({
    extensions: editorExtensions({
      placeholder: placeholder ?? '',
      mentions: mentions.suggestion,
      named: props.named,
    }),
    content: value as JSONContent | null,
    editable: !isDisabled,
    autofocus: autoFocus ? 'end' : false,
    // The page's policy allows no styles from scripts; rich-text.module.css has what it needs.
    injectCSS: false,
    immediatelyRender: true,
    editorProps: {
      attributes: {
        id,
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        class: classes['document']!,
      },
      handleKeyDown: (_view, event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !latest.current.onSubmit)
          return false;
        latest.current.onSubmit();
        return true;
      },
    },
    onUpdate: ({ editor: changed }) => {
      const document = changed.getJSON() as RichTextDocument;
      latest.current.onChange(plainText(document).trim() ? document : null);
    },
  });
  useEffect(() => {
    editor?.setEditable(!isDisabled, false);
  }, [editor, isDisabled]);
  return (
    <Input.Wrapper
      id={id}
      label={shownLabel}
      description={description}
      error={error}
      withAsterisk={props.isRequired ?? false}
    >
      <div className={classes['frame']} data-invalid={error ? true : undefined}>
        {editor && !isDisabled ? (
          <EditorToolbar editor={editor} label={t('editor.toolbar', { field: label })} />
        ) : null}
        <div className={classes['area']}>
          <EditorContent editor={editor} />
        </div>
      </div>
      <MentionMenu {...mentions.menu} />
    </Input.Wrapper>
  );
}
