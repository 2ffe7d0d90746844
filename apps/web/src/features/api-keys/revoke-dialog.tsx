import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { problemText } from '@/lib/problem-text';
import { type ApiKey, revokeKey } from './api/api-keys';
import { useLastUse } from './key-state';

/** Asks before a key is permanently revoked, and says whether it is still used. */
export function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation('api-keys');
  const lastUse = useLastUse();
  const revoke = useMutation({
    mutationFn: () => revokeKey(apiKey.id),
    onSuccess: () => {
      notify({ message: t('revoke.done', { name: apiKey.name }) });
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} title={t('revoke.title', { name: apiKey.name })}>
      <Stack gap="md">
        {revoke.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(revoke.error)}
          </Alert>
        ) : null}
        <Text size="sm">{t('revoke.text')}</Text>
        <Text size="sm" fw={550}>
          {lastUse(apiKey)}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
            {t('revoke.revoke')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
