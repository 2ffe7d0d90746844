import { Badge, Box, Button, Group, Progress, Text } from '@mantine/core';
import { IconDownload, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { useFormats } from '@/lib/format/formats';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { saveBlob } from '@/lib/save-blob';
import { useMe } from '@/lib/session/use-me';
import { isUndoable } from '@/records/api/bulk-job';
import { useObject, useObjects } from '@/records/api/describe-objects';
import { recordQuery } from '@/records/api/get-record';
import { followCascades } from '@/records/cascades';
import { PEOPLE, recordName } from '@/records/object-description';
import { UndoCauseButton } from '@/records/undo-cause';
import { type BulkJobState, controlBulkJob, failuresFile, isOpen, type JobControl } from './api/bulk-jobs';

const COLORS: Record<BulkJobState['status'], string> = {
  queued: 'gray',
  running: 'lagoon',
  paused: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
};

/** A bulk job: what it does, how far it is, and its controls. */
export function BulkJobRow({ job, isOfAnybody }: { job: BulkJobState; isOfAnybody: boolean }) {
  const { t, i18n } = useTranslation('jobs');
  const formats = useFormats();
  const objects = useObjects();
  const objectLabel = objects.find(({ key }) => key === job.object)?.pluralLabel ?? job.object;
  const key = `bulk.kinds.${job.kind}.${job.kind === 'export' ? 'export' : job.action}`;
  const what = i18n.exists(`jobs:${key}`) ? t(key) : t('bulk.kinds.other');
  const name = objectLabel ? `${what} · ${objectLabel}` : what;
  const failed = job.counts['failed'] ?? 0;
  return (
    <Box component="li" px={14} py={10} aria-label={name}>
      <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
        <span className={parts['what']}>
          <span className={parts['name']}>{name}</span>
          <span className={parts['meta']}>
            {formats.ago(job.createdAt)}
            {isOfAnybody ? <Starter id={job.startedBy} /> : null}
          </span>
        </span>
        <Badge variant="dot" color={COLORS[job.status]}>
          {t(`bulk.status.${job.status}`)}
        </Badge>
      </Group>
      <Group gap="xs" justify="space-between" mt={6}>
        <Box flex="1 1 220px" miw={0}>
          <JobProgress job={job} />
        </Box>
        <Group gap={6}>
          {isOpen(job) ? <Controls job={job} /> : null}
          {failed > 0 ? <FailuresButton id={job.id} /> : null}
          {isUndoable(job) ? (
            <UndoCauseButton
              request={{ cause: { kind: job.kind === 'undo' ? 'undo' : 'bulk', id: job.id } }}
              label={t('records:undo')}
              title={t('records:undoing.jobTitle')}
              onJob={(id) => followCascades([id])}
            />
          ) : null}
        </Group>
      </Group>
    </Box>
  );
}

function JobProgress({ job }: { job: BulkJobState }) {
  const { t } = useTranslation('jobs');
  const formats = useFormats();
  const done = Object.values(job.counts).reduce((sum, n) => sum + n, 0);
  const numbers = { done: formats.number(done), total: formats.number(job.total) };
  const failed = job.counts['failed'] ?? 0;
  return (
    <>
      <Text size="sm">
        {t('bulk.done', numbers)}
        {failed > 0 ? ` · ${t('bulk.failures', { count: failed, n: formats.number(failed) })}` : ''}
      </Text>
      {isOpen(job) ? (
        <Progress
          mt={4}
          value={job.total > 0 ? Math.min(100, (100 * done) / job.total) : 0}
          aria-label={t('bulk.done', numbers)}
        />
      ) : null}
      {job.error ? (
        <Text size="sm" c="var(--pl-bad)">
          {job.error}
        </Text>
      ) : null}
    </>
  );
}

function Controls({ job }: { job: BulkJobState }) {
  const { t } = useTranslation('jobs');
  const control = useMutation({
    mutationFn: (which: JobControl) => controlBulkJob(job.id, which),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const button = (which: JobControl, icon: ReactNode) => (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={icon}
      loading={control.isPending && control.variables === which}
      onClick={() => control.mutate(which)}
    >
      {t(`bulk.${which}`)}
    </Button>
  );
  return (
    <>
      {job.status === 'paused'
        ? button('resume', <IconPlayerPlay size={14} />)
        : button('pause', <IconPlayerPause size={14} />)}
      {button('cancel', <IconPlayerStop size={14} />)}
    </>
  );
}

function FailuresButton({ id }: { id: string }) {
  const { t } = useTranslation('jobs');
  const download = useMutation({
    mutationFn: async () => saveBlob(await failuresFile(id), `${t('bulk.file')}.csv`),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconDownload size={14} />}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      {t('bulk.download')}
    </Button>
  );
}

/** Who started a job, as far as the user sees them. */
function Starter({ id }: { id: string | null }) {
  const { user } = useMe();
  const people = useObject(PEOPLE);
  const isOther = id !== null && id !== user.memberId && people !== undefined;
  const person = useQuery({
    ...recordQuery(people?.path ?? '', id ?? ''),
    enabled: isOther,
    retry: false,
  });
  const name = id === user.memberId ? user.name : person.data && people && recordName(people, person.data);
  return name ? ` · ${name}` : null;
}
