import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import type { StageCategory } from './pipelines';
import { OPPORTUNITIES } from './stage-deals';

/** A deal's time in one stage. */
export interface StageStay {
  id: string;
  stage: { id: string; name: string; category: StageCategory };
  /** Null if it was inferred from a date that the user can't see. */
  enteredAt: string | null;
  /** Null for the current stage. */
  leftAt: string | null;
  actor: { kind: string; id: string | null; name?: string };
  /** Inferred from the dates of an imported deal. */
  inferred: boolean;
  /** Whether another system recorded it. */
  imported: boolean;
}

/** Oldest first. Uses the query key of lists, so that every change of a deal refetches it. */
export function stageHistoryQuery(id: string) {
  return queryOptions({
    queryKey: [...recordKeys.lists(OPPORTUNITIES), 'stage-history', id],
    queryFn: async ({ signal }) => {
      const answer = await client.get({ url: `${API_ROOT}${OPPORTUNITIES}/${id}/stage-history`, signal });
      return (answer as unknown as { data: StageStay[] }).data;
    },
  });
}
