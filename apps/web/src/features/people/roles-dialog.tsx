import { takeBackToast } from '@/lib/take-back-toast';
import { Alert, Button, Skeleton, Stack } from '@mantine/core';
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
  /** The member's roles; undefined until they are known. */
  roleIds: string[] | undefined;
  /** Why they aren't known. */
  error: Error | null;
  onRetry: () => void;
  onClose: () => void;
}

/** Sets a member's roles to the chosen ones. */
export function RolesDialog({ member, roleIds, error, onRetry, onClose }: RolesDialogProps) {
  const { t } = useTranslation('people');
  const name = String(member['name'] ?? '');
  return (
    <Modal opened onClose={onClose} title={t('roles.of', { name })}>
      {roleIds ? (
        <RolesForm member={member} name={name} roleIds={roleIds} onClose={onClose} />
      ) : error ? (
        <Alert color="red" variant="light" role="alert">
          {problemText(error)}{' '}
          <Button size="compact-xs" variant="default" onClick={onRetry}>
            {t('retry')}
          </Button>
        </Alert>
      ) : (
        <Skeleton height={180} radius="md" role="status" aria-label={t('loading')} />
      )}
    </Modal>
  );
}

interface RolesFormProps extends Pick<RolesDialogProps, 'member' | 'onClose'> {
  name: string;
  roleIds: string[];
}

/** Starts from the roles that the member has, because saving replaces them. */
function RolesForm({ member, name, roleIds, onClose }: RolesFormProps) {
  const { t } = useTranslation('people');
  const [chosen, setChosen] = useState(roleIds);
  const assign = useMutation({
    mutationFn: () => assignRoles(member.id, chosen),
    onSuccess: () => {
      takeBackToast(t('roles.saved', { name }), () => assignRoles(member.id, roleIds));
      onClose();
    },
  });
  return (
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
  );
}
