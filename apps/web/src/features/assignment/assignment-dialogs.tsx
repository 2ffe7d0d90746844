import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import { closeAssignment, useAssignmentQuestion } from './model/open-question';

const AssignDialog = lazyPart('assignment', () => import('./assign-dialog'));
const ReasonDialog = lazyPart('assignment', () => import('./reason-dialog'));

/** Assigns a lead by rules, and tells why one was assigned. Loaded with the first question. */
export function AssignmentDialogs() {
  const question = useAssignmentQuestion();
  if (!question) return null;
  const Shown = question.kind === 'assign' ? AssignDialog : ReasonDialog;
  return (
    <Suspense fallback={null}>
      <Shown {...question} onClose={closeAssignment} />
    </Suspense>
  );
}
