import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import type { SecondFactorAdded } from '@pellucid/api-client';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { deviceName } from '../choices';
import { addPasskey, type OwnProof } from './api';
import { ProofForm, wantedProof } from './proof-form';

interface AddProps {
  onAdded: (added: SecondFactorAdded) => void;
  onCancel: () => void;
}

/** Adds a passkey: asks for a name, then has the browser create it. */
export function AddPasskey({ onAdded, onCancel }: AddProps) {
  const { t } = useTranslation('settings');
  const device = deviceName(navigator.userAgent);
  const [name, setName] = useState(() => (device ? t('sessions.device', { ...device }) : ''));
  const add = useMutation({
    mutationFn: (proof: OwnProof | undefined) =>
      addPasskey(name.trim() || t('factors.passkey.defaultName'), proof),
    onSuccess: onAdded,
  });
  const wanted = wantedProof(add.error);
  if (wanted)
    return (
      <ProofForm
        submitLabel={t('proof.continue')}
        methods={wanted}
        onProven={(proof) => add.mutateAsync(proof)}
        onCancel={onCancel}
      />
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined);
  };
  const isPossible = typeof window.PublicKeyCredential === 'function';
  return (
    <Form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('factors.passkey.text')}</Text>
        {isPossible ? null : (
          <Alert color="yellow" variant="light" role="alert">
            {t('factors.passkey.impossible')}
          </Alert>
        )}
        {add.isError ? (
          <Alert color="red" variant="light" role="alert">
            {add.error instanceof ApiProblem
              ? problemText(add.error)
              : t(`factors.passkey.${failureOf(add.error)}`)}
          </Alert>
        ) : null}
        <TextInput
          data-autofocus
          label={t('factors.name')}
          description={t('factors.passkey.nameHelp')}
          placeholder={t('factors.passkey.defaultName')}
          autoComplete="off"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <FormButtons>
          <CancelButton onClick={onCancel}>{t('cancel')}</CancelButton>
          <Button
            type="submit"
            disabled={!isPossible}
            loading={add.isPending}
            leftSection={<IconFingerprint size={16} aria-hidden />}
          >
            {t('factors.passkey.submit')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}

/** Why the browser created none: it already has one, or the user declined. */
function failureOf(error: Error): 'present' | 'declined' {
  return error.name === 'InvalidStateError' ? 'present' : 'declined';
}
