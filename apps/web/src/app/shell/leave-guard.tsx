import { useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { hasUnsaved, setLeaveQuestion } from '@/lib/unsaved/unsaved-changes';

// Dialogs aren't part of the first load.
const LeaveQuestion = lazy(() => import('./leave-question'));

/** Asks about unsaved changes however the user leaves: to another page, or by closing a dialog or the tab. */
export function LeaveGuard() {
  const [pending, setPending] = useState<{ go: () => void } | undefined>();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && hasUnsaved(),
    enableBeforeUnload: hasUnsaved,
    withResolver: true,
  });
  useEffect(() => setLeaveQuestion((go) => setPending({ go })), []);
  const isOpen = pending !== undefined || blocker.status === 'blocked';
  const stay = () => {
    setPending(undefined);
    blocker.reset?.();
  };
  const go = () => {
    const chosen = pending;
    setPending(undefined);
    if (chosen) chosen.go();
    else blocker.proceed?.();
  };
  return isOpen ? (
    <Suspense fallback={null}>
      <LeaveQuestion onStay={stay} onLeave={go} />
    </Suspense>
  ) : null;
}
