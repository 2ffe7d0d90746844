import { QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { CurrentQueryClient } from './query-client';

const queryKey = ['records', '/accounts', 'timeline'];

/** A query whose answers are given by hand. */
function answeredByHand() {
  const answers: ((value: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  return { answers, queryFn };
}

test('a query that is invalidated during its first fetch is fetched again', async () => {
  const client = new CurrentQueryClient();
  const { answers, queryFn } = answeredByHand();
  const stop = new QueryObserver(client, { queryKey, queryFn, staleTime: 60_000 }).subscribe(() => {});
  const invalidated = client.invalidateQueries({ queryKey: ['records'] });
  answers[0]!('from before the change');
  await expect.poll(() => answers.length).toBe(2);
  answers[1]!('from after the change');
  await invalidated;
  expect(client.getQueryData(queryKey)).toBe('from after the change');
  expect(answers).toHaveLength(2);
  stop();
});

test('a first fetch that nobody waits for leaves a stale answer behind', async () => {
  const client = new CurrentQueryClient();
  const { answers, queryFn } = answeredByHand();
  const prefetched = client.prefetchQuery({ queryKey, queryFn, staleTime: 60_000 });
  const invalidated = client.invalidateQueries({ queryKey });
  answers[0]!('from before the change');
  await Promise.all([prefetched, invalidated]);
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(true);
  expect(answers).toHaveLength(1);
});
