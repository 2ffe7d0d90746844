import { plainText, type RichTextDocument } from '@pellucid/conditions/rich-text';
import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import { namesIn } from '../rich-text/names-in';
import type { WebFieldType } from './web-field-type';

const RichTextView = lazyPart('notes', () => import('../rich-text/rich-text-view'));

export const richText: WebFieldType = {
  widget: 'document',
  track: [220, 2],
  show: ({ value, record, isWhole }) => {
    const document = value as RichTextDocument;
    const text = plainText(document, namesIn(record));
    if (!isWhole) return <span className="pl-truncate">{text}</span>;
    return (
      <Suspense fallback={text}>
        <RichTextView document={document} named={namesIn(record)} />
      </Suspense>
    );
  },
};
