import { lazy, Suspense } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';

// Keeps calendar and dialogs out of the first load.
const TransitionButtons = lazy(() => import('./transition-buttons'));

export function DealTransitions(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <TransitionButtons {...props} />
    </Suspense>
  );
}
