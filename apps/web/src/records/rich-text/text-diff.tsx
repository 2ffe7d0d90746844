import { plainText, type RichTextDocument } from '@pellucid/conditions/rich-text';
import { diffWordsWithSpace } from 'diff';
import { useTranslation } from 'react-i18next';
import { namesIn } from './names-in';
import classes from './text-diff.module.css';

interface TextDiffProps {
  before: RichTextDocument;
  after: RichTextDocument;
  record?: Record<string, unknown> | undefined;
}

/** Most unchanged characters that are shown on each side of a change. */
const AROUND = 80;

/** What changed between two documents, in their plain text: removed words struck out, added ones marked. */
export default function TextDiff({ before, after, record }: TextDiffProps) {
  const { t } = useTranslation('notes');
  const [from, to] = [before, after].map((document) => plainText(document, namesIn(record)));
  // Formatting says nothing in the plain text.
  if (from === to) return <span className={classes['same']}>{t('editor.formatting')}</span>;
  const parts = diffWordsWithSpace(from!, to!, { timeout: 500 }) ?? [
    { value: from!, removed: true, added: false },
    { value: to!, removed: false, added: true },
  ];
  return (
    <span className={classes['diff']}>
      {parts.map(({ value, added, removed }, n) =>
        added ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity
          <ins key={n}>{value}</ins>
        ) : removed ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <del key={n}>{value}</del>
        ) : (
          shortened(value, n > 0, n < parts.length - 1)
        ),
      )}
    </span>
  );
}

/** The ends of an unchanged text that are near a change. */
function shortened(text: string, hasBefore: boolean, hasAfter: boolean): string {
  const most = AROUND * (Number(hasBefore) + Number(hasAfter));
  if (text.length <= most) return text;
  return `${hasBefore ? text.slice(0, AROUND) : ''} … ${hasAfter ? text.slice(-AROUND) : ''}`;
}
