import { isSafeHref, type RichTextDocument, type RichTextNode } from '@pellucid/conditions/rich-text';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './rich-text.module.css';

interface RichTextViewProps {
  document: RichTextDocument;
  /** Returns the name of a mentioned person; undefined if one may not see it. */
  named?: ((id: string) => string | undefined) | undefined;
  /** Ticks the nth item of the document's checklists, or removes the tick. Without it, boxes can't be used. */
  onTick?: ((index: number, isChecked: boolean) => void) | undefined;
}

/** A document as elements. Nothing in it is ever read as HTML, and nodes that it doesn't know are left out. */
export default function RichTextView({ document, named, onTick }: RichTextViewProps) {
  const { t } = useTranslation('notes');
  let ticks = 0;

  const children = (node: RichTextNode): ReactNode =>
    // A document's nodes have no identity, and it is drawn as a whole.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    (node.content ?? []).map((child, n) => <Fragment key={n}>{show(child)}</Fragment>);

  const show = (node: RichTextNode): ReactNode => {
    if (node.text !== undefined) return marked(node);
    switch (node.type) {
      case 'paragraph':
        return <p>{node.content?.length ? children(node) : <br />}</p>;
      case 'heading': {
        // The page has headings above these.
        const Heading = (['h4', 'h5', 'h6'] as const)[Number(node.attrs?.['level']) - 1] ?? 'h6';
        return <Heading>{children(node)}</Heading>;
      }
      case 'bulletList':
        return <ul>{children(node)}</ul>;
      case 'orderedList':
        return <ol start={Number(node.attrs?.['start'] ?? 1)}>{children(node)}</ol>;
      case 'listItem':
        return <li>{children(node)}</li>;
      case 'taskList':
        return <ul data-type="taskList">{children(node)}</ul>;
      case 'taskItem': {
        const index = ticks++;
        const isChecked = node.attrs?.['checked'] === true;
        return (
          <li data-checked={isChecked}>
            <label>
              <input
                type="checkbox"
                checked={isChecked}
                disabled={!onTick}
                aria-label={textOf(node) || t('editor.item')}
                onChange={(event) => onTick?.(index, event.currentTarget.checked)}
              />
            </label>
            <div>{children(node)}</div>
          </li>
        );
      }
      case 'blockquote':
        return <blockquote>{children(node)}</blockquote>;
      case 'codeBlock':
        return (
          <pre>
            <code>{children(node)}</code>
          </pre>
        );
      case 'horizontalRule':
        return <hr />;
      case 'hardBreak':
        return <br />;
      case 'mention':
        return (
          <span className={classes['mention']}>
            @{named?.(String(node.attrs?.['id'])) ?? t('editor.someone')}
          </span>
        );
      default:
        return null;
    }
  };
  return <div className={classes['document']}>{children(document)}</div>;
}

/** The text of an item's first paragraph, which names its box. */
const textOf = (item: RichTextNode): string =>
  (item.content?.[0]?.content ?? []).map(({ text }) => text ?? '').join('');

const MARKS = { bold: 'strong', italic: 'em', strike: 's', code: 'code' } as const;

function marked(node: RichTextNode): ReactNode {
  let shown: ReactNode = node.text;
  for (const mark of node.marks ?? []) {
    const Mark = MARKS[mark.type as keyof typeof MARKS];
    const href = mark.attrs?.['href'];
    if (Mark) shown = <Mark>{shown}</Mark>;
    else if (mark.type === 'link' && isSafeHref(href))
      shown = (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow">
          {shown}
        </a>
      );
  }
  return shown;
}
