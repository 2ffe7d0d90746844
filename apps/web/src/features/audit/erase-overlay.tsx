import { Suspense } from 'react';
import { useErasureRequest } from './erasure-request';
import { lazyPart } from '@/lib/i18n/i18n';

const EraseDialog = lazyPart('audit', () => import('./erase-dialog'));

/** The dialog of an erasure, loaded on the first request. */
export function EraseOverlay() {
  return useErasureRequest() ? (
    <Suspense fallback={null}>
      <EraseDialog />
    </Suspense>
  ) : null;
}
