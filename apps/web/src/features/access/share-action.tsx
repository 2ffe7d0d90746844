import { Suspense } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { lazyPart } from '@/lib/i18n/i18n';

const ShareButton = lazyPart('access', () => import('./share-button'));

export function ShareAction(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <ShareButton {...props} />
    </Suspense>
  );
}
