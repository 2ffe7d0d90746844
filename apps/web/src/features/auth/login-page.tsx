import { PasswordInput, TextInput } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { enterCompany } from './api/auth';
import { AuthForm } from './auth-form';
import classes from './auth-form.module.css';
import { useAuthForm, useEnter } from './use-auth-form';

export default function LoginPage() {
  const { t } = useTranslation('auth');
  const enter = useEnter();
  const { next } = useSearch({ strict: false }) as { next?: string };
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm(
    { email: '', password: '' },
    async (values) => enter(await enterCompany(values)),
  );
  return (
    <AuthForm
      title={t('login.title')}
      problem={problem}
      submitLabel={t('login.submit')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
      footer={
        <>
          {t('login.noAccount')}{' '}
          <Link to="/register" search={{ next } as never}>
            {t('login.register')}
          </Link>
        </>
      }
    >
      <TextInput
        size="md"
        type="email"
        label={t('email')}
        autoComplete="username"
        autoFocus
        error={errorOf('email')}
        {...form.register('email', { required: t('needed.email') })}
      />
      <div>
        <PasswordInput
          size="md"
          label={t('password')}
          autoComplete="current-password"
          error={errorOf('password')}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
          {...form.register('password', { required: t('needed.password') })}
        />
        <p className={classes['aside']}>
          <Link to="/forgot-password">{t('login.forgot')}</Link>
        </p>
      </div>
    </AuthForm>
  );
}
