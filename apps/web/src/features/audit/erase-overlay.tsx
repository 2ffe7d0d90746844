import { lazy, Suspense } from 'react';
import { useErasureRequest } from './erasure-request';

const EraseDialog = lazy(() => import('./erase-dialog'));

/** The dialog of an erasure, loaded when one is asked for. */
export function EraseOverlay() {
  return useErasureRequest() ? (
    <Suspense fallback={null}>
      <EraseDialog />
    </Suspense>
  ) : null;
}
