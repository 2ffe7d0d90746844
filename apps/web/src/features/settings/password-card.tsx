import { Alert, Button, PasswordInput, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { NewPasswordInput } from '@/lib/password/new-password-input';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useMe } from '@/lib/session/use-me';
import { changePassword } from './api/settings';
import classes from './settings.module.css';

/** Changes the user's own password. */
export function PasswordCard() {
  const { t } = useTranslation('settings');
  const { user, tenant } = useMe();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      notify({ message: t('password.changed') });
    },
  });
  const named = change.error instanceof ApiProblem ? change.error.fields : [];
  const problemOf = (key: string) => {
    const field = named.find(({ pointer }) => pointer === `/${key}`);
    return field && fieldProblemText(field);
  };
  const isPlaced = named.some(({ pointer }) => pointer === '/currentPassword' || pointer === '/newPassword');
  useUnsavedChanges(current !== '' || next !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (current && next) change.mutate();
  };
  return (
    <Form className={classes['card']} onSubmit={submit}>
      <h3 className={classes['cardTitle']}>{t('password.title')}</h3>
      <Text size="sm" c="dimmed" mb="sm">
        {t('password.rule')}
      </Text>
      {/* Tells password managers whose password this is. */}
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      {change.isError && !isPlaced ? (
        <Alert color="red" variant="light" mb="md" role="alert">
          {problemText(change.error)}
        </Alert>
      ) : null}
      <div className={`pl-form-row ${classes['grid']}`}>
        <PasswordInput
          label={t('password.current')}
          autoComplete="current-password"
          value={current}
          visibilityToggleButtonProps={{ 'aria-label': t('proof.show') }}
          error={problemOf('currentPassword')}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPasswordInput
          label={t('password.next')}
          typed={next}
          owner={{ email: user.email, name: user.name, company: tenant.name }}
          value={next}
          error={problemOf('newPassword')}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
      </div>
      <div className={classes['actions']}>
        <FormProblemCount />
        <Button type="submit" disabled={!current || !next} loading={change.isPending}>
          {t('password.change')}
        </Button>
      </div>
    </Form>
  );
}
