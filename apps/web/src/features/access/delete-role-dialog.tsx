import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { problemText } from '@/lib/problem-text';
import { CancelButton } from '@/lib/layers/overlays';
import { type Role, roleName } from '@/lib/roles';
import { removeRole } from './api/roles';

interface DeleteRoleDialogProps {
  role: Role;
  roles: Role[];
  onClose: () => void;
  onDeleted: () => void;
}

/** Deletes a role and assigns another one to those who have it. */
export function DeleteRoleDialog({ role, roles, onClose, onDeleted }: DeleteRoleDialogProps) {
  const { t } = useTranslation('access');
  const [next, setNext] = useState<string | null>(null);
  const isUsed = role.members + role.apiKeys > 0;
  const name = roleName(role);
  const remove = useMutation({
    mutationFn: () => removeRole(role.id, isUsed ? next : null),
    onSuccess: () => {
      notify({ message: t('delete.done', { name }) });
      onDeleted();
    },
  });
  const holders = [
    ...(role.members ? [t('people', { count: role.members })] : []),
    ...(role.apiKeys ? [t('keys', { count: role.apiKeys })] : []),
  ].join(', ');
  return (
    <Dialog isDirty={false} title={t('delete.title', { name })} onClose={onClose}>
      <Stack gap="md">
        {remove.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(remove.error)}
          </Alert>
        ) : null}
        <Text size="sm">{isUsed ? t('delete.used', { holders }) : t('delete.unused')}</Text>
        {isUsed ? (
          <Select
            label={t('delete.next')}
            withAsterisk
            data-autofocus
            data={roles
              .filter(({ id }) => id !== role.id)
              .map((each) => ({ value: each.id, label: roleName(each) }))}
            value={next}
            onChange={setNext}
          />
        ) : null}
        <Group justify="flex-end" gap="xs">
          <CancelButton>{t('cancel')}</CancelButton>
          <Button
            color="red"
            disabled={isUsed && !next}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {t('delete.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
