import { TextInput } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconLinkOff } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NewPasswordInput } from '@/lib/password/new-password-input';
import { joinCompany } from './api/auth';
import { AuthForm } from './auth-form';
import { useAuthForm, useEnter } from './use-auth-form';

export default function AcceptInvitePage() {
  const { t } = useTranslation('auth');
  const enter = useEnter();
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm(
    { name: '', password: '' },
    async (values) => enter(await joinCompany({ token: String(token), ...values })),
  );
  if (!token) {
    return (
      <StateMessage
        isPage
        role="alert"
        icon={<IconLinkOff size={20} />}
        title={t('brokenLink')}
        text={t('invite.brokenText')}
      >
        <Link to="/login">{t('backToLogin')}</Link>
      </StateMessage>
    );
  }
  return (
    <AuthForm
      title={t('invite.title')}
      text={t('invite.text')}
      problem={problem}
      submitLabel={t('invite.submit')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
    >
      <TextInput
        size="md"
        label={t('name')}
        autoComplete="name"
        autoFocus
        error={errorOf('name')}
        {...form.register('name', { required: t('needed.name') })}
      />
      <NewPasswordInput
        size="md"
        label={t('password')}
        description={t('invite.passwordHelp')}
        typed={form.watch('password')}
        owner={{ name: form.watch('name') }}
        error={errorOf('password')}
        {...form.register('password', { required: t('needed.password') })}
      />
    </AuthForm>
  );
}
