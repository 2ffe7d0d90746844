import { Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { bulkFailuresQuery, bulkJobQuery, cancelBulkJob, isUndoable, isUnderWay } from './api/bulk-job';
import { UndoCauseButton } from './undo-cause';
import { CascadeFailures } from './cascade-failures';

/** Shows the progress of one job in a notice that stays until it is closed. */
export function showCascade(id: string): void {
  notify({ id: `cascade ${id}`, autoClose: false, message: <CascadeProgress id={id} /> });
}

function CascadeProgress({ id }: { id: string }) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const job = useQuery(bulkJobQuery(id));
  const stop = useMutation({ mutationFn: () => cancelBulkJob(id) });
  const failed = job.data?.counts['failed'] ?? 0;
  const failures = useQuery({ ...bulkFailuresQuery(id), enabled: failed > 0 && !isUnderWay(job.data!) });
  if (job.isError) return <Text size="sm">{problemText(job.error)}</Text>;
  if (!job.data) return <Loader size="xs" />;
  const { status, total, counts, error } = job.data;
  const done = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const isOn = isUnderWay(job.data);
  const undoable = isUndoable(job.data)
    ? { cause: { kind: job.data.kind === 'undo' ? 'undo' : 'bulk', id } as const }
    : undefined;
  const numbers = { done: formats.number(done), total: formats.number(total) };
  return (
    <Stack gap={6} role="status">
      <Text size="sm">
        {status === 'completed' ? t('bulk.updated', { count: done - failed }) : t('bulk.underWay', numbers)}
      </Text>
      {isOn ? (
        <Progress
          value={total > 0 ? Math.min(100, (100 * done) / total) : 0}
          aria-label={t('bulk.underWay', numbers)}
        />
      ) : null}
      {error ? (
        <Text size="sm" c="var(--pl-bad)">
          {error}
        </Text>
      ) : null}
      {failed > 0 ? <CascadeFailures count={failed} failures={failures.data ?? []} /> : null}
      {stop.error ? (
        <Text size="sm" c="var(--pl-bad)" role="alert">
          {problemText(stop.error)}
        </Text>
      ) : null}
      {undoable ? (
        <Group justify="flex-end">
          <UndoCauseButton
            request={undoable}
            label={t('undo')}
            title={t('undoing.jobTitle')}
            onJob={showCascade}
          />
        </Group>
      ) : null}
      {isOn ? (
        <Group justify="flex-end">
          <Button size="compact-xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t('form.cancel')}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
