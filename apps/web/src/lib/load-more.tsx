import { Button, Text } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { problemText } from './problem-text';

interface LoadMoreProps {
  query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'error' | 'fetchNextPage'
  >;
  /** Text of the button. */
  label: string;
}

/** The button below a list that loads its next page, and why that failed. Nothing after the last page. */
export function LoadMore({ query, label }: LoadMoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <>
      {query.isFetchNextPageError ? (
        <Text size="sm" c="red" mt="md" role="alert">
          {problemText(query.error)}
        </Text>
      ) : null}
      <Button
        mt="md"
        size="xs"
        variant="default"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {label}
      </Button>
    </>
  );
}
