import { Suspense } from 'react';
import { useRevealRequest } from '@/records/access/reveal-request';
import { lazyPart } from '@/lib/i18n/i18n';

const RevealDialog = lazyPart('field-security', () => import('./reveal-dialog'));

/** Asks for the reason and shows the value, from anywhere in the app. Loaded with the first request. */
export function RevealOverlay() {
  const request = useRevealRequest();
  if (!request) return null;
  return (
    <Suspense fallback={null}>
      <RevealDialog key={`${request.record.id} ${request.field.key}`} request={request} />
    </Suspense>
  );
}
