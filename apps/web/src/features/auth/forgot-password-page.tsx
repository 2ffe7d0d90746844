import { TextInput } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconMail } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askForReset } from './api/auth';
import { AuthForm } from './auth-form';
import { useAuthForm } from './use-auth-form';

export default function ForgotPasswordPage() {
  const { t } = useTranslation('auth');
  const [sentTo, setSentTo] = useState<string | undefined>();
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm({ email: '' }, async (values) => {
    await askForReset(values);
    setSentTo(values.email);
  });
  if (sentTo) {
    return (
      <StateMessage
        isPage
        icon={<IconMail size={20} />}
        title={t('forgot.sentTitle')}
        text={t('forgot.sentText', { email: sentTo })}
      >
        <Link to="/login">{t('backToLogin')}</Link>
      </StateMessage>
    );
  }
  return (
    <AuthForm
      title={t('forgot.title')}
      text={t('forgot.text')}
      problem={problem}
      submitLabel={t('forgot.submit')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
      footer={<Link to="/login">{t('backToLogin')}</Link>}
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
    </AuthForm>
  );
}
