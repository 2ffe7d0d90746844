import { lazy, Suspense } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';

const LeadButtons = lazy(() => import('./lead-buttons'));

export function LeadSteps(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <LeadButtons {...props} />
    </Suspense>
  );
}
