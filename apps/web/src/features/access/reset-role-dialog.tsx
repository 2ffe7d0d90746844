import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { CancelButton } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { type Role, roleName } from '@/lib/roles';
import { resetPreviewQuery, resetRole } from './api/roles';
import { EffectSummary } from './effect-list';

/** Gives a built-in role its default rights again, after showing who gains and loses what. */
export function ResetRoleDialog({ role, onClose }: { role: Role; onClose: () => void }) {
  const { t } = useTranslation('access');
  const name = roleName(role);
  const preview = useQuery(resetPreviewQuery(role));
  const reset = useMutation({
    mutationFn: () => resetRole(role.id, role.version),
    onSuccess: () => {
      notify({ message: t('reset.done', { name }) });
      onClose();
    },
  });
  return (
    <Dialog isDirty={false} title={t('reset.title', { name })} onClose={onClose}>
      <Stack gap="md">
        {reset.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(reset.error)}
          </Alert>
        ) : null}
        <Text size="sm">{t('reset.text')}</Text>
        {preview.isError ? <Text size="sm">{problemText(preview.error)}</Text> : null}
        {preview.isPending ? <Skeleton height={20} /> : null}
        {preview.data ? <EffectSummary preview={preview.data} /> : null}
        <Group justify="flex-end" gap="xs">
          <CancelButton>{t('cancel')}</CancelButton>
          <Button loading={reset.isPending} onClick={() => reset.mutate()}>
            {t('reset.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
