import { Alert, Button, Group, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ComponentProps, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { lazyExtra } from '@/lib/missing-part';
import { bulkFailuresQuery, bulkJobQuery } from '@/records/api/bulk-job';
import { CascadeFailures } from '@/records/cascade-failures';

const UndoDialog = lazyExtra(() => import('@/records/undo-dialog'));

/** Days after the end of an import or a move for which it can be rolled back. */
const ROLLBACK_DAYS = 30;

/** Whether an import or a move ended too long ago to be rolled back. */
export const isTooLate = (finishedAt: string | null | undefined): boolean =>
  !(Date.now() - Date.parse(finishedAt ?? '') < ROLLBACK_DAYS * 86_400_000);

interface RollbackButtonProps {
  label: string;
  /** Of the dialog. */
  title: string;
  preview: ComponentProps<typeof UndoDialog>['preview'];
  rollBack: () => Promise<unknown>;
}

/** Shows what a rollback would do, and starts it. */
export function RollbackButton({ label, title, preview, rollBack }: RollbackButtonProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={() => setAsking(true)}>
        {label}
      </Button>
      {isAsking ? (
        <Suspense>
          <UndoDialog
            title={title}
            confirmLabel={label}
            preview={preview}
            run={async () => {
              await rollBack();
              return undefined;
            }}
            onClose={() => setAsking(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

interface RollbackOutcomeProps {
  rollback: { id: string; counts: Record<string, number> };
  title: string;
}

/** What a rollback did, and what it left as it is. */
export function RollbackOutcome({ rollback: { id, counts }, title }: RollbackOutcomeProps) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const job = useQuery(bulkJobQuery(id));
  const { failed = 0, deleted = 0, changed = 0, restored = 0 } = counts;
  const failures = useQuery({ ...bulkFailuresQuery(id), enabled: failed > 0 });
  const back = changed + restored;
  return (
    <Alert color={failed > 0 ? 'yellow' : 'green'} variant="light" mb="md" title={title} role="status">
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
