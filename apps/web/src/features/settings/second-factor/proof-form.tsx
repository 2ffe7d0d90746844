import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import type { OwnProof } from './api';

interface ProofFormProps {
  /** Why proof is needed. If left out, says what to enter. */
  text?: string;
  submitLabel: string;
  isDangerous?: boolean;
  /** Kinds of proof that the API accepts, the password first. */
  methods?: string[];
  onProven: (proof: OwnProof) => Promise<unknown>;
  onCancel: () => void;
}

/** Asks for the password or a code again, then performs the action. */
export function ProofForm({
  text,
  submitLabel,
  isDangerous,
  methods = ['password'],
  onProven,
  onCancel,
}: ProofFormProps) {
  const { t } = useTranslation('settings');
  const { user } = useMe();
  const ways = (['password', 'totp', 'recovery'] as const).filter((way) => methods.includes(way));
  const [way, setWay] = useState<(typeof ways)[number]>(ways[0] ?? 'password');
  const [value, setValue] = useState('');
  const act = useMutation({
    mutationFn: () => onProven(way === 'password' ? { password: value } : { method: way, code: value }),
    onError: () => setValue(''),
  });
  const named = act.error instanceof ApiProblem ? act.error.fields[0] : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value) act.mutate();
  };
  const input = {
    'data-autofocus': true,
    value,
    error: named && fieldProblemText(named),
    onChange: (event: { currentTarget: { value: string } }) => setValue(event.currentTarget.value),
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{text ?? t(`proof.text.${way}`)}</Text>
        {act.isError && !named ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(act.error)}
          </Alert>
        ) : null}
        <input type="text" autoComplete="username" value={user.email} readOnly hidden />
        {way === 'password' ? (
          <PasswordInput
            label={t('proof.password')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('proof.show') }}
            {...input}
          />
        ) : (
          <TextInput label={t(`proof.${way}`)} autoComplete="one-time-code" maxLength={30} {...input} />
        )}
        {ways
          .filter((other) => other !== way)
          .map((other) => (
            <Button
              key={other}
              variant="subtle"
              size="compact-xs"
              style={{ alignSelf: 'flex-start' }}
              onClick={() => {
                setWay(other);
                setValue('');
                act.reset();
              }}
            >
              {t(`proof.instead.${other}`)}
            </Button>
          ))}
        <FormButtons>
          <CancelButton onClick={onCancel}>{t('cancel')}</CancelButton>
          <Button
            type="submit"
            disabled={!value}
            loading={act.isPending}
            {...(isDangerous ? { color: 'red' } : {})}
          >
            {submitLabel}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}

/** The kinds of proof that the API asks for; undefined for any other error. */
export function wantedProof(error: unknown): string[] | undefined {
  if (!(error instanceof ApiProblem) || error.code !== 'proofRequired') return undefined;
  const { methods } = error.document;
  return Array.isArray(methods) ? (methods as string[]) : ['password'];
}
