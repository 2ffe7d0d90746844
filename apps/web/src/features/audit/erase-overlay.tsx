import { lazy, Suspense } from 'react';
import { useErasureRequest } from './erasure-request';

const EraseDialog = lazy(() => import('./erase-dialog'));

/** The dialog of an erasure, loaded on the first request. */
export function EraseOverlay() {
  return useErasureRequest() ? (
    <Suspense fallback={null}>
      <EraseDialog />
    </Suspense>
  ) : null;
}
