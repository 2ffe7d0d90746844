import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconPlayerStop, IconTransfer } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { Modal } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { recordKeys } from '@/records/api/record-keys';
import { cancelMove, isMoveUnderWay, type Move, moveQuery } from '../api/moves';
import classes from '../import-run-page.module.css';
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

  if (query.isPending)
    return (
      <div className={classes['page']} role="status" aria-label={t('run.loading')}>
        <Skeleton height={20} width={260} mb={24} />
        <Skeleton height={120} radius="md" mb={16} />
        <Skeleton height={90} radius="md" />
      </div>
    );
  if (!move)
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('moves.loadFailed')}
        text={problemText(query.error)}
      >
        <Group gap="xs">
          <Button size="xs" variant="default" component={Link} to="/imports/moves">
            {t('moves.title')}
          </Button>
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </Group>
      </StateMessage>
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
        {move.status === 'queued' || move.status === 'running' ? <StopButton move={move} /> : null}
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

function StopButton({ move }: { move: Move }) {
  const { t } = useTranslation('imports');
  const [isAsking, setAsking] = useState(false);
  const stop = useMutation({
    mutationFn: () => cancelMove(move.id),
    onSuccess: () => setAsking(false),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerStop size={15} />}
        onClick={() => setAsking(true)}
      >
        {t('moves.stop')}
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={t('moves.stopTitle')} size="sm">
        <Text size="sm">{t('moves.stopText')}</Text>
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            {t('run.keepRunning')}
          </Button>
          <Button color="red" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t('moves.stop')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
