import { Suspense } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { lazyPart } from '@/lib/i18n/i18n';

const LeadButtons = lazyPart('lead-conversion', () => import('./lead-buttons'));

export function LeadSteps(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <LeadButtons {...props} />
    </Suspense>
  );
}
