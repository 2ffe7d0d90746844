import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import type { WebFieldType } from './web-field-type';

const ShownText = lazyPart('notes', () => import('../rich-text/shown-text'));

export const richText: WebFieldType = {
  widget: 'document',
  track: [220, 2],
  show: ({ value, record, isWhole }) => (
    <Suspense fallback={null}>
      <ShownText document={value as RichTextDocument} record={record} isWhole={isWhole} />
    </Suspense>
  ),
};
