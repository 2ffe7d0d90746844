import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import { useDuplicatesQuestion } from '@/records/duplicates/duplicates-question';

const DuplicatesDialog = lazyPart('duplicate-rules', () => import('./duplicates-dialog'));

/** Asks what to do with a record that may be a duplicate, from anywhere in the app. Loaded with the first question. */
export function DuplicatesOverlay() {
  const question = useDuplicatesQuestion();
  if (!question) return null;
  return (
    <Suspense fallback={null}>
      <DuplicatesDialog key={question.id} question={question} />
    </Suspense>
  );
}
