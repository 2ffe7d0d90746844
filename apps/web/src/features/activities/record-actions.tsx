import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import type { ObjectDescription, RecordData } from '@/records/object-description';

const ActivityButtons = lazyPart('activities', () => import('./activity-buttons'));

export function ActivitySteps(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <ActivityButtons {...props} />
    </Suspense>
  );
}
