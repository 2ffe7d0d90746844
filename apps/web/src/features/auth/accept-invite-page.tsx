import { PasswordInput, Skeleton, TextInput } from '@mantine/core';
import type { InvitationLook } from '@pellucid/api-client';
import { StateMessage } from '@pellucid/ui';
import { IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { NewPasswordInput } from '@/lib/password/new-password-input';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { invitationQuery, joinCompany } from './api/auth';
import { AuthForm } from './auth-form';
import { useAuthForm, useEnter } from './use-auth-form';

/** Target of an invitation's link: names the inviting company and lets the person join. */
export default function AcceptInvitePage() {
  const { t } = useTranslation('auth');
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  const look = useQuery({ ...invitationQuery(String(token)), enabled: Boolean(token) });
  if (!token || look.isError) {
    const fields = look.error instanceof ApiProblem ? look.error.fields : [];
    const reason = fields[0] ? fieldProblemText(fields[0]) : look.error && problemText(look.error);
    return (
      <StateMessage
        isPage
        role="alert"
        icon={<IconLinkOff size={20} />}
        title={t(token ? 'invite.closedTitle' : 'brokenLink')}
        text={reason || t('invite.brokenText')}
      >
        <Link to="/login">{t('backToLogin')}</Link>
      </StateMessage>
    );
  }
  if (!look.data) return <Skeleton height={280} radius="md" role="status" aria-label={t('loading')} />;
  return <Join token={String(token)} invitation={look.data} />;
}

function Join({ token, invitation }: { token: string; invitation: InvitationLook }) {
  const { t } = useTranslation('auth');
  const enter = useEnter();
  const { company, email, hasLogIn } = invitation;
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm(
    { name: invitation.name, password: '' },
    async (values) => enter(await joinCompany({ token, ...values })),
  );
  return (
    <AuthForm
      title={t('invite.title', { company })}
      text={t(hasLogIn ? 'invite.textKnown' : 'invite.text', { email })}
      problem={problem}
      submitLabel={t('invite.submit')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
    >
      <TextInput
        size="md"
        label={t('name')}
        autoComplete="name"
        error={errorOf('name')}
        {...form.register('name', { required: t('needed.name') })}
      />
      {hasLogIn ? (
        <PasswordInput
          size="md"
          label={t('password')}
          autoComplete="current-password"
          autoFocus
          error={errorOf('password')}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
          {...form.register('password', { required: t('needed.password') })}
        />
      ) : (
        <NewPasswordInput
          size="md"
          label={t('password')}
          description={t('passwordHelp')}
          typed={form.watch('password')}
          owner={{ name: form.watch('name'), email, company }}
          autoFocus
          error={errorOf('password')}
          {...form.register('password', { required: t('needed.password') })}
        />
      )}
    </AuthForm>
  );
}
