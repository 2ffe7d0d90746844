import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { problemText } from '@/lib/problem-text';
import { discardJob, type FailedJob } from './api/failed-jobs';
import { useSourceName } from './source-name';

interface DiscardDialogProps {
  job: FailedJob;
  onDiscarded: () => void;
  onClose: () => void;
}

/** Asks before a failed job is discarded for good. */
export function DiscardDialog({ job, onDiscarded, onClose }: DiscardDialogProps) {
  const { t } = useTranslation('jobs');
  const name = useSourceName()(job.source);
  const discard = useMutation({
    mutationFn: () => discardJob(job.id),
    onSuccess: () => {
      notify({ message: t('discard.done', { name }) });
      onDiscarded();
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} title={t('discard.title', { name })}>
      <Stack gap="md">
        {discard.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(discard.error)}
          </Alert>
        ) : null}
        <Text size="sm">{t('discard.text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button color="red" loading={discard.isPending} onClick={() => discard.mutate()}>
            {t('discard.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
