import { Alert } from '@mantine/core';
import { IconTransfer } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { useDocumentTitle } from '@/lib/use-document-title';
import { recordKeys } from '@/records/api/record-keys';
import { cancelMove, isMoveUnderWay, moveQuery } from '../api/moves';
import classes from '../import-run-page.module.css';
import { RunMissing } from '../run-missing';
import { StopButton } from '../stop-button';
import { MovePlanning } from './move-planning';
import { MoveProgress, MoveReport } from './move-report';
import { MoveStatus } from './move-status';

/** One move: its plan until it starts, then its progress, then what it brought. */
export function MovePage({ moveId }: { moveId: string }) {
  const { t } = useTranslation('imports');
  const query = useQuery(moveQuery(moveId));
  const queryClient = useQueryClient();
  const wasUnderWay = useRef(false);
  const move = query.data;
  useDocumentTitle(
    move ? `${t('moves.titleFrom', { source: move.sourceLabel })} · ${t('title')}` : t('moves.title'),
  );
  const underWay = move ? isMoveUnderWay(move) : false;
  useEffect(() => {
    // What it brought may be anything, even new fields.
    if (wasUnderWay.current && !underWay) void queryClient.invalidateQueries();
    else if (underWay) void queryClient.invalidateQueries({ queryKey: recordKeys.all, refetchType: 'none' });
    wasUnderWay.current = underWay;
  }, [underWay, queryClient]);

  if (!move)
    return (
      <RunMissing
        query={query}
        title={t('moves.loadFailed')}
        back={{ to: '/imports/moves', label: t('moves.title') }}
      />
    );
  return (
    <article className={classes['page']} aria-labelledby="move-title">
      <header className={classes['header']}>
        <PageTitle
          id="move-title"
          title={t('moves.titleFrom', { source: move.sourceLabel })}
          icon={<IconTransfer size={18} aria-hidden />}
        >
          <MoveStatus move={move} />
        </PageTitle>
        {move.status === 'queued' || move.status === 'running' ? (
          <StopButton
            label={t('moves.stop')}
            title={t('moves.stopTitle')}
            text={t('moves.stopText')}
            stop={() => cancelMove(move.id)}
            queryKey={moveQuery(moveId).queryKey}
          />
        ) : null}
      </header>
      {query.isError ? (
        <Alert color="yellow" variant="light" mb="md">
          {t('run.unreachable')}
        </Alert>
      ) : null}
      {move.status === 'draft' ? (
        <MovePlanning move={move} />
      ) : underWay ? (
        <MoveProgress move={move} />
      ) : (
        <MoveReport move={move} />
      )}
    </article>
  );
}
