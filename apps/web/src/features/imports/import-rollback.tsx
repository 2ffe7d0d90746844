import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { lazyExtra } from '@/lib/missing-part';
import { bulkFailuresQuery, bulkJobQuery } from '@/records/api/bulk-job';
import { CascadeFailures } from '@/records/cascade-failures';
import type { ImportRun } from './api/import.types';
import { previewRollback, rollBack } from './api/imports';

const UndoDialog = lazyExtra(() => import('@/records/undo-dialog'));

/** Days after its end for which an import can be rolled back. */
const ROLLBACK_DAYS = 30;

const doneIn = (counts: Record<string, number>) => Object.values(counts).reduce((sum, n) => sum + n, 0);

/** Whether something ended too long ago to be rolled back. */
export const isTooLate = (finishedAt: string | null | undefined): boolean =>
  !(Date.now() - Date.parse(finishedAt ?? '') < ROLLBACK_DAYS * 86_400_000);

/** Whether an import can be rolled back. */
export function canRollBack({ status, preview, counts, finishedAt }: ImportRun): boolean {
  const isEnded = status === 'completed' || status === 'failed' || status === 'cancelled';
  return (
    isEnded && !isTooLate(finishedAt) && !preview && counts.created + counts.updated + counts.related > 0
  );
}

/** Shows what a rollback would do, and starts it. */
export function RollbackButton({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={() => setAsking(true)}>
        {t('rollback.button')}
      </Button>
      {isAsking ? (
        <Suspense>
          <UndoDialog
            title={t('rollback.title')}
            confirmLabel={t('rollback.button')}
            preview={() => previewRollback(run.id)}
            run={async () => {
              await rollBack(run.id);
              return undefined;
            }}
            onClose={() => setAsking(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

/** The progress of a rollback. */
export function RollbackProgress({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const { counts } = run;
  const total = counts.created + counts.updated + counts.related;
  const done = Math.min(total, doneIn(run.rollback?.counts ?? {}));
  const text = t('rollback.progress', { done: formats.number(done), total: formats.number(total) });
  return (
    <section aria-label={t('rollback.running')}>
      <Text size="sm" fw={600} className="pl-num" mb={8}>
        {text}
      </Text>
      <Progress.Root size={10} radius="xl">
        <Progress.Section value={total ? (100 * done) / total : 0} animated striped aria-label={text} />
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={8}>
        {t('rollback.mayLeave')}
      </Text>
    </section>
  );
}

/** What a rollback did, and what it left as it is. */
export function RollbackOutcome({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const { rollback } = run;
  const job = useQuery({ ...bulkJobQuery(rollback?.id ?? ''), enabled: rollback !== undefined });
  const { failed = 0, deleted = 0, changed = 0, restored = 0 } = rollback?.counts ?? {};
  const failures = useQuery({ ...bulkFailuresQuery(rollback?.id ?? ''), enabled: failed > 0 });
  if (!rollback) return null;
  const back = changed + restored;
  return (
    <Alert
      color={failed > 0 ? 'yellow' : 'green'}
      variant="light"
      title={t(run.status === 'rolled_back' ? 'rollback.done' : 'rollback.stopped')}
      role="status"
    >
      <Text size="sm">
        {[
          deleted ? t('rollback.deleted', { count: deleted, n: formats.number(deleted) }) : undefined,
          back ? t('rollback.changed', { count: back, n: formats.number(back) }) : undefined,
        ]
          .filter(Boolean)
          .join(' ')}
      </Text>
      {job.data?.error ? <Text size="sm">{job.data.error}</Text> : null}
      {failed > 0 ? (
        <Group mt={6} gap={4}>
          <CascadeFailures count={failed} failures={failures.data ?? []} />
        </Group>
      ) : null}
    </Alert>
  );
}
