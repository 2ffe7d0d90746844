import { Suspense, useRef } from 'react';
import {
  type AccessQuestion,
  useAccessQuestion,
  type WhoQuestion,
  type WhyQuestion,
} from '@/records/access/access-questions';
import { lazyPart } from '@/lib/i18n/i18n';

const WhyDialog = lazyPart('access-reasons', () => import('./why-dialog'));
const WhoDialog = lazyPart('access-reasons', () => import('./who-dialog'));

const keys = new WeakMap<AccessQuestion, number>();
let lastKey = 0;

/** A new question gets a new key, even about the same thing. A question that the user returns to keeps its state. */
function keyOf(question: AccessQuestion): number {
  const known = keys.get(question);
  if (known) return known;
  lastKey += 1;
  keys.set(question, lastKey);
  return lastKey;
}

/** The last question of its kind, which a dialog still shows while it closes or while another dialog is above it. */
function useLast<Q extends AccessQuestion>(question: Q | undefined): Q | undefined {
  const last = useRef<Q | undefined>(undefined);
  if (question) last.current = question;
  return last.current;
}

/** Answers questions about rights from anywhere in the app. Loaded with the first question. */
export function AccessDialogs() {
  const open = useAccessQuestion();
  const why = useLast<WhyQuestion>(open?.kind === 'why' ? open : undefined);
  const who = useLast<WhoQuestion>(open?.kind === 'who' ? open : undefined);
  return (
    <Suspense fallback={null}>
      {who ? <WhoDialog key={keyOf(who)} question={who} isOpen={open === who} /> : null}
      {why ? <WhyDialog key={keyOf(why)} question={why} isOpen={open === why} /> : null}
    </Suspense>
  );
}
