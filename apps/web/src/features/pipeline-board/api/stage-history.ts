import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import type { StageCategory } from './pipelines';
import { OPPORTUNITIES } from './stage-deals';

/** A stay of a deal in a stage. */
export interface StageStay {
  id: string;
  stage: { id: string; name: string; category: StageCategory };
  /** Null where it was concluded from a date that one does not see. */
  enteredAt: string | null;
  /** Null for the stage it is in. */
  leftAt: string | null;
  actor: { kind: string; id: string | null; name?: string };
  /** Concluded from the dates of an imported deal. */
  inferred: boolean;
}

/** Oldest first. Under the key of lists, so that every change of a deal reads it again. */
export function stageHistoryQuery(id: string) {
  return queryOptions({
    queryKey: [...recordKeys.lists(OPPORTUNITIES), 'stage-history', id],
    queryFn: async ({ signal }) => {
      const answer = await client.get({ url: `${API_ROOT}${OPPORTUNITIES}/${id}/stage-history`, signal });
      return (answer as unknown as { data: StageStay[] }).data;
    },
  });
}
