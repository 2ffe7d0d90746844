import type { Condition, EvaluationClock } from '@pellucid/conditions';
import { useEffect, useState } from 'react';
import { useMe } from '@/lib/session/use-me';
import type { ObjectDescription } from '../object-description';

type Test = typeof import('./condition-test').testCondition;

/** Most objects have no conditions, so what evaluates them is loaded for those that have. */
let loaded: Test | undefined;

/**
 * Tests conditions on a record. Out: undefined while the evaluator loads.
 * @param isNeeded whether there are conditions
 */
export function useConditionTest(
  object: ObjectDescription,
  isNeeded: boolean,
): ((condition: Condition, read: (key: string) => unknown) => boolean) | undefined {
  const { settings } = useMe();
  const [test, setTest] = useState<Test | undefined>(() => loaded);
  useEffect(() => {
    if (!isNeeded || test) return;
    import('./condition-test').then(
      ({ testCondition }) => {
        loaded = testCondition;
        setTest(() => testCondition);
      },
      // Without the evaluator nothing is hidden.
      () => setTest(() => () => true),
    );
  }, [isNeeded, test]);
  if (!isNeeded) return () => true;
  if (!test) return undefined;
  const clock = {
    now: new Date(),
    zone: settings.zone,
    weekStart: settings.weekStart,
    fiscalYearStartMonth: settings.fiscalYearStartMonth,
  } as EvaluationClock;
  return (condition, read) => test(condition, object, read, clock);
}
