import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { lazyPart } from '@/lib/i18n/i18n';
import { problemText } from '@/lib/problem-text';
import type { ImportRun } from './api/import.types';
import { importQuery, isUnderWay } from './api/imports';
import { FailedRows } from './failed-rows';
import { Counts } from './import-counts';
import classes from './import-wizard.module.css';
import { isEveryRowFailed, rowsDone } from './progress';

const PreviewRows = lazyPart('imports', () => import('./preview-rows'));

interface DryRunProps {
  /** ID of the dry run; undefined until it has started. */
  id: string | undefined;
  onAgain: () => void;
}

/** Previews the import: counts and the rows that would fail, before anything is written. */
export function DryRun({ id, onAgain }: DryRunProps) {
  const { t } = useTranslation('imports');
  const query = useQuery({ ...importQuery(id ?? ''), enabled: id !== undefined });
  const run = query.data;
  if (query.isError)
    return (
      <Alert color="red" variant="light" mb="md" icon={<IconAlertTriangle size={18} />}>
        {problemText(query.error)}
      </Alert>
    );
  if (!run || isUnderWay(run)) return <Checking run={run} />;
  if (run.status !== 'completed')
    return (
      <Alert color="red" variant="light" mb="md" role="alert" title={t('dry.failed')}>
        <Text size="sm">{run.error}</Text>
        <Button size="xs" mt="xs" variant="default" leftSection={<IconRefresh size={15} />} onClick={onAgain}>
          {t('dry.again')}
        </Button>
      </Alert>
    );
  const { failed } = run.counts;
  const isHopeless = isEveryRowFailed(run.counts);
  return (
    <section className={classes['dry']} aria-label={t('dry.title')}>
      <Alert
        color={isHopeless ? 'red' : failed ? 'yellow' : 'green'}
        variant="light"
        role="status"
        title={isHopeless ? t('dry.allFail') : failed ? t('dry.someFail') : t('dry.allGood')}
      >
        <Text size="sm">{t('dry.nothingWritten')}</Text>
      </Alert>
      <Counts run={run} isDryRun />
      <Suspense>
        <PreviewRows run={run} />
      </Suspense>
      {failed > 0 ? <FailedRows run={run} canCorrect={false} /> : null}
    </section>
  );
}

function Checking({ run }: { run: ImportRun | undefined }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const done = run ? rowsDone(run.counts) : 0;
  return (
    <section className={classes['dry']} aria-label={t('dry.title')} aria-busy="true">
      <Group justify="space-between" mb={8}>
        <Text size="sm" fw={600} role="status">
          {t('dry.checking')}
        </Text>
        <Text size="xs" c="dimmed" className="pl-num">
          {run?.counts.total
            ? t('run.rows', { done: formats.number(done), total: formats.number(run.counts.total) })
            : ''}
        </Text>
      </Group>
      <Progress.Root size={10} radius="xl">
        <Progress.Section
          value={Math.round((run?.progress ?? 0) * 100)}
          animated
          striped
          aria-label={t('dry.checking')}
        />
      </Progress.Root>
    </section>
  );
}
