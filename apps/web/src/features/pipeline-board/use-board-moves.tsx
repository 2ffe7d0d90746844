import { notify } from '@/lib/notify';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { holdLive } from '@/records/live/live-hold';
import { recordKeys } from '@/records/api/record-keys';
import { newCause } from '@/records/api/undo';
import { showUndo } from '@/records/undo';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { type Stage, type StageTotal, totalsQuery } from './api/pipelines';
import { stageDealsKey } from './api/stage-deals';
import { baseAmountOf, type DealPages, shiftTotals, verbBetween, withDeal, withoutDeal } from './board-deals';
import type { BoardSearch } from './board-search';
import { useTransition } from './use-transition';

/** How long a refused card stays marked. */
const RETURNED_MS = 2400;

/** Moves deals between columns: at once on the screen, and visibly back if the API refuses. */
export function useBoardMoves(object: ObjectDescription, pipelineId: string, search: BoardSearch) {
  const { t } = useTranslation('pipeline-board');
  const queryClient = useQueryClient();
  const { run, dialog } = useTransition(object);
  const [returnedId, setReturnedId] = useState<string | undefined>();

  const change = (stageId: string, edit: (data: DealPages) => DealPages) =>
    queryClient.setQueryData<DealPages>(stageDealsKey(stageId, search), (data) => data && edit(data));
  const shift = (from: Stage, to: Stage, deal: RecordData) =>
    queryClient.setQueryData<StageTotal[]>(
      totalsQuery(pipelineId, search).queryKey,
      (totals) => totals && shiftTotals(totals, from.id, to.id, baseAmountOf(deal)),
    );

  const moveDeal = async (deal: RecordData, from: Stage, to: Stage): Promise<void> => {
    if (from.id === to.id) return;
    const verb = verbBetween(from, to);
    const name = recordName(object, deal);
    if (!verb) {
      notify({ color: 'yellow', message: t('reopenFirst', { name }) });
      return;
    }
    let undo: (() => void) | undefined;
    let release: (() => void) | undefined;
    const start = () => {
      release = holdLive();
      // A page being fetched would move the card back.
      void queryClient.cancelQueries({ queryKey: [...recordKeys.lists(object.path), 'board'] });
      const source = queryClient.getQueryData<DealPages>(stageDealsKey(from.id, search));
      const place = source ? withoutDeal(source, deal.id).index : 0;
      change(from.id, (data) => withoutDeal(data, deal.id).data);
      change(to.id, (data) => withDeal(data, { ...deal, stage: { id: to.id, name: to.name } }, 0));
      shift(from, to, deal);
      undo = () => {
        change(to.id, (data) => withoutDeal(data, deal.id).data);
        change(from.id, (data) => withDeal(data, deal, place));
        shift(to, from, deal);
      };
    };
    const giveBack = () => {
      undo?.();
      if (!undo) return;
      setReturnedId(deal.id);
      setTimeout(() => setReturnedId((id) => (id === deal.id ? undefined : id)), RETURNED_MS);
    };
    try {
      const cause = newCause();
      const moved = await run(deal, verb, to, cause, start);
      if (!moved) {
        giveBack();
        return;
      }
      change(to.id, (data) => withDeal(data, moved, withoutDeal(data, deal.id).index));
      queryClient.setQueryData(recordKeys.record(object.path, deal.id), moved);
      const message = t(`done.${verb}`, { name, stage: to.name });
      showUndo({ message, cause, ...(verb === 'win' ? { color: 'green' } : {}) });
    } catch (error) {
      giveBack();
      notify({ color: 'red', title: t('refused', { name }), message: problemText(error) });
    } finally {
      release?.();
      void queryClient.invalidateQueries({ queryKey: ['totals'] });
      void queryClient.invalidateQueries({
        queryKey: recordKeys.object(object.path),
        // The columns are already correct; refetching thousands of won deals would be wasted.
        predicate: ({ queryKey }) =>
          queryKey[3] !== 'board' && !(queryKey[2] === 'record' && queryKey[3] === deal.id),
      });
    }
  };
  return { moveDeal, returnedId, dialog };
}
