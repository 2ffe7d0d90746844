import { Suspense } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { lazyPart } from '@/lib/i18n/i18n';

// Keeps calendar and dialogs out of the first load.
const TransitionButtons = lazyPart('pipeline-board', () => import('./transition-buttons'));

export function DealTransitions(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <TransitionButtons {...props} />
    </Suspense>
  );
}
