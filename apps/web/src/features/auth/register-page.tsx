import { TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NewPasswordInput } from '@/lib/password/new-password-input';
import { type Registration, registerCompany } from './api/auth';
import { AuthForm } from './auth-form';
import { slugOf } from './slug';
import { useAuthForm, useEnter } from './use-auth-form';

export default function RegisterPage() {
  const { t } = useTranslation('auth');
  const enter = useEnter();
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm<Registration>(
    { companyName: '', subdomain: '', name: '', email: '', password: '' },
    async (values) => enter(await registerCompany(values)),
  );
  const { companyName, name, email, password } = form.watch();
  const company = form.register('companyName', { required: t('needed.company') });
  return (
    <AuthForm
      title={t('register.title')}
      text={t('register.text')}
      problem={problem}
      submitLabel={t('register.submit')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
      footer={
        <>
          {t('register.haveAccount')} <Link to="/login">{t('register.login')}</Link>
        </>
      }
    >
      <TextInput
        size="md"
        label={t('company')}
        autoComplete="organization"
        autoFocus
        error={errorOf('companyName')}
        {...company}
        onChange={(event) => {
          void company.onChange(event);
          // Proposed as long as the person has not chosen an address of their own.
          if (!form.formState.dirtyFields.subdomain)
            form.setValue('subdomain', slugOf(event.currentTarget.value));
        }}
      />
      <TextInput
        size="md"
        label={t('subdomain')}
        description={t('subdomainHelp')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errorOf('subdomain')}
        {...form.register('subdomain', { required: t('needed.subdomain') })}
      />
      <TextInput
        size="md"
        label={t('name')}
        autoComplete="name"
        error={errorOf('name')}
        {...form.register('name', { required: t('needed.name') })}
      />
      <TextInput
        size="md"
        type="email"
        label={t('email')}
        autoComplete="email"
        error={errorOf('email')}
        {...form.register('email', { required: t('needed.email') })}
      />
      <NewPasswordInput
        size="md"
        label={t('password')}
        description={t('passwordHelp')}
        typed={password}
        owner={{ email, name, company: companyName }}
        error={errorOf('password')}
        {...form.register('password', { required: t('needed.password') })}
      />
    </AuthForm>
  );
}
