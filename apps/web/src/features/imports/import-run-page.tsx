import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconDownload, IconFileImport, IconRefresh, IconTable } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObject } from '@/records/api/describe-objects';
import { recordKeys } from '@/records/api/record-keys';
import type { ImportRun } from './api/import.types';
import { cancelImport, downloadErrors, importQuery, isUnderWay } from './api/imports';
import classes from './import-run-page.module.css';
import { FailedRows } from './failed-rows';
import { Counts } from './import-counts';
import { canRollBack, RollBackImport, RollbackProgress } from './import-rollback';
import { RollbackOutcome } from './rollback-parts';
import { ImportStatus } from './import-status';
import { RunMissing } from './run-missing';
import { SaveTemplateButton } from './save-template-button';
import { StopButton } from './stop-button';
import { type ProgressSample, rateOf, rowsDone, secondsLeft, withSample } from './progress';

/** One import: its progress while it runs, its results afterwards. */
export default function ImportRunPage() {
  const { t } = useTranslation('imports');
  const { importId = '' } = useParams({ strict: false }) as { importId?: string };
  const query = useQuery(importQuery(importId));
  const queryClient = useQueryClient();
  const wasUnderWay = useRef(false);
  const run = query.data;
  useDocumentTitle(run ? `${run.fileName} · ${t('title')}` : t('title'));
  const underWay = run ? isUnderWay(run) : false;
  useEffect(() => {
    // When the import ends, lists and totals are refetched to show what it wrote.
    if (wasUnderWay.current && !underWay) {
      void queryClient.invalidateQueries({ queryKey: recordKeys.all });
      void queryClient.invalidateQueries({ queryKey: ['totals'] });
    }
    wasUnderWay.current = underWay;
  }, [underWay, queryClient]);

  if (!run)
    return (
      <RunMissing query={query} title={t('run.loadFailed')} back={{ to: '/imports', label: t('title') }} />
    );
  return (
    <article className={classes['page']} aria-labelledby="import-title">
      <header className={classes['header']}>
        <PageTitle id="import-title" title={run.fileName} icon={<IconFileImport size={18} aria-hidden />}>
          <ImportStatus run={run} />
        </PageTitle>
        {underWay && run.status !== 'rolling_back' ? (
          <StopButton
            label={t('run.cancel')}
            title={t('run.cancelTitle')}
            text={t('run.cancelText')}
            stop={() => cancelImport(run.id)}
            queryKey={importQuery(run.id).queryKey}
          />
        ) : null}
      </header>
      {query.isError ? (
        <Alert color="yellow" variant="light" mb="md">
          {t('run.unreachable')}
        </Alert>
      ) : null}
      <Progressing run={run} />
      <Counts run={run} />
      {underWay ? null : <NextSteps run={run} />}
      {!underWay && run.counts.failed > 0 ? (
        <FailedRows run={run} canCorrect={run.options !== undefined && !run.preview} />
      ) : null}
    </article>
  );
}

/** How far the import or its rollback has come, or what came of it. */
function Progressing({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  if (run.status === 'rolling_back') return <RollbackProgress run={run} />;
  if (isUnderWay(run)) return <RunProgress run={run} />;
  if (!run.rollback) return <Outcome run={run} />;
  const title = t(run.status === 'rolled_back' ? 'rollback.done' : 'rollback.stopped');
  return <RollbackOutcome rollback={run.rollback} title={title} />;
}

function duration(seconds: number, t: TFunction<'imports'>): string {
  if (seconds < 60) return t('run.seconds', { count: seconds });
  return t('run.minutes', { count: Math.round(seconds / 60) });
}

function RunProgress({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const rows = rowsDone(run.counts);
  const [samples, setSamples] = useState<ProgressSample[]>([]);
  useEffect(() => setSamples((current) => withSample(current, { at: Date.now(), rows })), [rows]);
  const rate = rateOf(samples);
  const left = secondsLeft(run.counts.total, rows, rate);
  const percent = Math.round((run.progress ?? (run.counts.total ? rows / run.counts.total : 0)) * 100);
  return (
    <section className={classes['progress']} aria-label={t('run.progress')}>
      <Group justify="space-between" mb={8} gap="xs">
        <Text size="sm" fw={600} className="pl-num">
          {run.status === 'queued'
            ? t('run.waiting')
            : run.counts.total
              ? t('run.rows', { done: formats.number(rows), total: formats.number(run.counts.total) })
              : t('run.counting')}
        </Text>
        <Text size="xs" c="dimmed" className="pl-num">
          {[
            rate === undefined ? undefined : t('run.rate', { rate: formats.number(Math.round(rate)) }),
            left === undefined ? undefined : t('run.left', { time: duration(left, t) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Group>
      <Progress.Root size={10} radius="xl">
        <Progress.Section value={percent} animated striped aria-label={t('run.progress')} />
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={8}>
        {t('run.mayLeave')}
      </Text>
    </section>
  );
}

function Outcome({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const { counts, status } = run;
  const seconds =
    run.startedAt && run.finishedAt
      ? Math.max(
          1,
          Math.round((new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime()) / 1000),
        )
      : undefined;
  const isNone = counts.failed > 0 && counts.failed === rowsDone(counts);
  const color =
    status === 'failed' || isNone ? 'red' : status === 'cancelled' || counts.failed > 0 ? 'yellow' : 'green';
  const failed = {
    count: counts.failed,
    failed: formats.number(counts.failed),
    rows: formats.number(rowsDone(counts)),
  };
  const title =
    status === 'completed'
      ? counts.failed > 0
        ? t('run.doneSome', failed)
        : t('run.doneAll')
      : status === 'failed' || status === 'cancelled'
        ? t(`run.${status}Title`)
        : undefined;
  return (
    <Alert color={color} variant="light" title={title} role="status">
      {run.error ? <Text size="sm">{run.error}</Text> : null}
      <Text size="sm">
        {t('run.summary', { count: rowsDone(counts), rows: formats.number(rowsDone(counts)) })}
        {seconds === undefined ? '' : ` ${t('run.took', { time: duration(seconds, t) })}`}
      </Text>
    </Alert>
  );
}

function NextSteps({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  const object = useObject(run.object);
  const download = useMutation({
    mutationFn: () => downloadErrors(run),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <Group gap="xs" mt="lg">
      {object ? (
        <Button component={Link} to={object.path} leftSection={<IconTable size={16} />}>
          {t('run.show', { objects: object.pluralLabel })}
        </Button>
      ) : null}
      {run.counts.failed > 0 ? (
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t('run.errors', { count: run.counts.failed })}
        </Button>
      ) : null}
      {run.options && run.counts.failed > 0 ? (
        <Button
          variant="default"
          component={Link}
          to="/imports/new"
          search={{ from: run.id } as never}
          leftSection={<IconRefresh size={16} />}
        >
          {t('run.again')}
        </Button>
      ) : null}
      <Button variant="default" component={Link} to="/imports/new" leftSection={<IconFileImport size={16} />}>
        {t('run.another')}
      </Button>
      {run.options && run.status === 'completed' ? (
        <SaveTemplateButton options={run.options} name={run.fileName} />
      ) : null}
      {canRollBack(run) ? <RollBackImport run={run} /> : null}
    </Group>
  );
}
