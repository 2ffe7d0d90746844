import { lazy, Suspense } from 'react';
import type { RecordAction } from '@/app/feature.types';

const ResetFactors = lazy(() => import('./reset-factors'));

/** On a member's page: removes their second factors. */
export const ResetFactorsAction: RecordAction = ({ record }) => (
  <Suspense fallback={null}>
    <ResetFactors memberId={record.id} name={String(record['name'] ?? '')} />
  </Suspense>
);
