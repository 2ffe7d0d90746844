import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { CancelButton } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { type Role, roleName } from '@/lib/roles';
import { resetRole } from './api/roles';

/** Gives a built-in role its default rights again. */
export function ResetRoleDialog({ role, onClose }: { role: Role; onClose: () => void }) {
  const { t } = useTranslation('access');
  const name = roleName(role);
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
