import { Suspense } from 'react';
import type { RecordAction } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';

const ResetFactors = lazyPart('settings', () => import('./reset-factors'));

/** On a member's page: removes their second factors. */
export const ResetFactorsAction: RecordAction = ({ record }) => (
  <Suspense fallback={null}>
    <ResetFactors memberId={record.id} name={String(record['name'] ?? '')} />
  </Suspense>
);
