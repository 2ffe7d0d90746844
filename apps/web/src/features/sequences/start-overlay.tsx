import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import { askToStart, useStartQuestion } from './start-question';

const StartDialog = lazyPart('sequences', () => import('./start-dialog'));

/** The dialog that starts a sequence, over any page. */
export function StartOverlay() {
  const question = useStartQuestion();
  if (!question) return null;
  return (
    <Suspense fallback={null}>
      <StartDialog {...question} onClose={() => askToStart(undefined)} />
    </Suspense>
  );
}
