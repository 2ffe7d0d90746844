import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { inviteMember } from './api/people';
import { RolePicker } from './role-picker';

/** Mails a link with which the person sets a password and joins. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roleIds, setRoleIds] = useState<string[]>([]);
  const [isTried, setTried] = useState(false);
  const invite = useMutation({
    mutationFn: () => inviteMember({ email: email.trim(), name: name.trim(), roleIds }),
    onSuccess: () => {
      notify({ message: t('invite.sent', { email: email.trim() }) });
      onClose();
    },
  });
  const named = invite.error instanceof ApiProblem ? invite.error.fields : [];
  const problemOf = (key: string) => named.find(({ pointer }) => pointer.split('/')[1] === key)?.message;
  const isPlaced = named.length > 0 && named.every(({ pointer }) => /^\/(email|name|roleIds)/.test(pointer));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() && email.trim() && roleIds.length) invite.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t('invite.title')}>
      <Form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('invite.text')}
          </Text>
          {invite.isError && !isPlaced ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(invite.error)}
            </Alert>
          ) : null}
          <TextInput
            data-autofocus
            label={t('name')}
            withAsterisk
            autoComplete="off"
            value={name}
            error={problemOf('name') ?? (isTried && !name.trim() ? t('invite.nameMissing') : undefined)}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            type="email"
            label={t('email')}
            withAsterisk
            autoComplete="off"
            value={email}
            error={problemOf('email') ?? (isTried && !email.trim() ? t('invite.emailMissing') : undefined)}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <RolePicker
            value={roleIds}
            onChange={setRoleIds}
            error={problemOf('roleIds') ?? (isTried && !roleIds.length ? t('invite.roleMissing') : undefined)}
          />
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" loading={invite.isPending}>
              {t('invite.send')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
