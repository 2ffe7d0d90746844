import { Alert, Button, Skeleton } from '@mantine/core';
import { notify } from '@/lib/notify';
import { logOut } from '@pellucid/api-client';
import { StateMessage } from '@pellucid/ui';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NewPasswordInput } from '@/lib/password/new-password-input';
import { problemText } from '@/lib/problem-text';
import { queryClient } from '@/lib/query-client';
import { endSession, ensureSession } from '@/lib/session/session';
import { meQuery } from '@/lib/session/use-me';
import { choosePassword, confirmAddress } from './api/auth';
import { AuthForm } from './auth-form';
import { useAuthForm } from './use-auth-form';

/**
 * Target of the mailed link that confirms an address. A logged-in user confirms it; anybody else takes over the log-in.
 */
export default function VerifyEmailPage() {
  const { t } = useTranslation('auth');
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  const [isOut, setOut] = useState(false);
  const session = useQuery({ queryKey: ['session-there'], queryFn: ensureSession, staleTime: 0, gcTime: 0 });
  if (!token)
    return (
      <StateMessage
        isPage
        role="alert"
        icon={<IconLinkOff size={20} />}
        title={t('brokenLink')}
        text={t('verify.brokenText')}
      >
        <Link to="/login">{t('backToLogin')}</Link>
      </StateMessage>
    );
  if (session.data === undefined)
    return <Skeleton height={200} radius="md" role="status" aria-label={t('loading')} />;
  return session.data && !isOut ? (
    <Confirm token={String(token)} onLogOut={() => setOut(true)} />
  ) : (
    <TakeOver token={String(token)} />
  );
}

/** For the logged-in user: one click, and nothing else changes. */
function Confirm({ token, onLogOut }: { token: string; onLogOut: () => void }) {
  const { t } = useTranslation('auth');
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const confirm = useMutation({
    mutationFn: () => confirmAddress(token),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      notify({ message: t('verify.done') });
      void navigate({ to: '/' });
    },
  });
  const leave = async () => {
    await logOut().catch(() => undefined);
    endSession();
    onLogOut();
  };
  return (
    <AuthForm
      title={t('verify.title')}
      text={t('verify.text', { email: me.data?.user.email ?? '' })}
      problem={undefined}
      submitLabel={t('verify.submit')}
      isSubmitting={confirm.isPending}
      onSubmit={(event) => {
        event?.preventDefault();
        confirm.mutate();
      }}
    >
      {confirm.isError ? (
        <Alert color="red" role="alert">
          {problemText(confirm.error)}
          <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => void leave()}>
            {t('verify.logOut')}
          </Button>
        </Alert>
      ) : null}
    </AuthForm>
  );
}

/** For anybody else: the link lets them choose a password, and ends everything set up before. */
function TakeOver({ token }: { token: string }) {
  const { t } = useTranslation('auth');
  const navigate = useNavigate();
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm(
    { password: '' },
    async ({ password }) => {
      await choosePassword({ token, password });
      notify({ message: t('verify.doneNew') });
      await navigate({ to: '/login' });
    },
  );
  return (
    <AuthForm
      title={t('verify.title')}
      text={t('verify.takeOverText')}
      problem={problem}
      submitLabel={t('verify.takeOver')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
      footer={
        <Link to="/login" search={{ next: `/verify-email?token=${token}` } as never}>
          {t('verify.logInInstead')}
        </Link>
      }
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
