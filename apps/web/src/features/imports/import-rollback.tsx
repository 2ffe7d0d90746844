import { Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import type { ImportRun } from './api/import.types';
import { previewRollback, rollBack } from './api/imports';
import { isTooLate, RollbackButton } from './rollback-parts';

const doneIn = (counts: Record<string, number>) => Object.values(counts).reduce((sum, n) => sum + n, 0);

/** Whether an import can be rolled back. */
export function canRollBack({ status, preview, counts, finishedAt }: ImportRun): boolean {
  const isEnded = status === 'completed' || status === 'failed' || status === 'cancelled';
  return (
    isEnded && !isTooLate(finishedAt) && !preview && counts.created + counts.updated + counts.related > 0
  );
}

/** Rolls an import back. */
export function RollBackImport({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  return (
    <RollbackButton
      label={t('rollback.button')}
      title={t('rollback.title')}
      preview={() => previewRollback(run.id)}
      rollBack={() => rollBack(run.id)}
    />
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
