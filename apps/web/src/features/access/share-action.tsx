import { lazy, Suspense } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';

const ShareButton = lazy(() => import('./share-button'));

export function ShareAction(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <ShareButton {...props} />
    </Suspense>
  );
}
