import { notify } from '@/lib/notify';
import { StateMessage } from '@pellucid/ui';
import { IconLinkOff } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NewPasswordInput } from '@/lib/password/new-password-input';
import { choosePassword } from './api/auth';
import { AuthForm } from './auth-form';
import { useAuthForm } from './use-auth-form';

export default function ResetPasswordPage() {
  const { t } = useTranslation('auth');
  const navigate = useNavigate();
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm(
    { password: '' },
    async ({ password }) => {
      await choosePassword({ token: String(token), password });
      notify({ message: t('reset.done') });
      await navigate({ to: '/login' });
    },
  );
  if (!token) {
    return (
      <StateMessage
        isPage
        role="alert"
        icon={<IconLinkOff size={20} />}
        title={t('brokenLink')}
        text={t('reset.brokenText')}
      >
        <Link to="/forgot-password">{t('reset.askAgain')}</Link>
      </StateMessage>
    );
  }
  return (
    <AuthForm
      title={t('reset.title')}
      problem={problem}
      submitLabel={t('reset.submit')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
      footer={<Link to="/forgot-password">{t('reset.askAgain')}</Link>}
    >
      <NewPasswordInput
        size="md"
        label={t('newPassword')}
        description={t('passwordHelp')}
        typed={form.watch('password')}
        owner={{}}
        autoFocus
        error={errorOf('password')}
        {...form.register('password', { required: t('needed.password') })}
      />
    </AuthForm>
  );
}
