import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import type { ObjectDescription, RecordData } from '@/records/object-description';

const FollowButton = lazyPart('follows', () => import('./follow-button'));

/** The button that follows a record; its place is kept until it is there. */
export function FollowAction(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={<span style={{ width: 30 }} />}>
      <FollowButton {...props} />
    </Suspense>
  );
}
