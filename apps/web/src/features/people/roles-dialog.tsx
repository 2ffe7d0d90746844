import { Alert, Button, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import type { RecordData } from '@/records/object-description';
import { assignRoles } from './api/people';
import { RolePicker } from './role-picker';

interface RolesDialogProps {
  member: RecordData;
  roleIds: string[];
  onClose: () => void;
}

/** Sets a member's roles to the chosen ones. */
export function RolesDialog({ member, roleIds, onClose }: RolesDialogProps) {
  const { t } = useTranslation('people');
  const name = String(member['name'] ?? '');
  const [chosen, setChosen] = useState(roleIds);
  const assign = useMutation({
    mutationFn: () => assignRoles(member.id, chosen),
    onSuccess: () => {
      notifications.show({ message: t('roles.saved', { name }) });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('roles.of', { name })}>
      <Form onSubmit={() => assign.mutate()}>
        <Stack gap="md">
          {assign.isError ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(assign.error)}
            </Alert>
          ) : null}
          <RolePicker value={chosen} onChange={setChosen} />
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" loading={assign.isPending}>
              {t('save')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
