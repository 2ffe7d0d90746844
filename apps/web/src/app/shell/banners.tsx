import { Button } from '@mantine/core';
import { resendConfirmation } from '@pellucid/api-client';
import { IconEye, IconMail } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { leaveView, viewedRole } from '@/lib/session/view-as';
import classes from './banners.module.css';

/** What stands above every page as long as it holds. Most people see none of it, so it loads apart. */
export default function Banners() {
  return (
    <>
      <ViewAsBanner />
      <ConfirmEmailBanner />
    </>
  );
}

/** Shown above every page while an administrator views as a role: names the role and offers to leave the view. */
function ViewAsBanner() {
  const { t } = useTranslation('app');
  const role = viewedRole();
  if (!role) return null;
  return (
    <section className={classes['banner']} aria-label={t('viewAs.title')}>
      <IconEye size={16} aria-hidden className={classes['icon']} />
      <span className={classes['text']}>
        {t('viewAs.as')} <strong>{role.name}</strong>{' '}
        <span className={classes['more']}>{t('viewAs.readOnly')}</span>
      </span>
      <Button size="compact-xs" className={classes['leave']} onClick={() => leaveView()}>
        {t('viewAs.leave')}
      </Button>
    </section>
  );
}

/**
 * Shown above every page until the user confirms their address: says what is waiting for it, and offers another mail.
 */
function ConfirmEmailBanner() {
  const { t } = useTranslation('app');
  const { user } = useMe();
  const resend = useMutation({
    mutationFn: () => resendConfirmation(),
    onSuccess: () => notify({ message: t('confirmEmail.sent', { email: user.email }) }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  if (user.emailVerifiedAt) return null;
  const more = t('confirmEmail.text', { email: user.email });
  return (
    <section className={classes['banner']} aria-label={t('confirmEmail.title')}>
      <IconMail size={16} aria-hidden className={classes['icon']} />
      <span className={classes['text']} title={more}>
        <strong>{t('confirmEmail.title')}</strong> <span className={classes['more']}>{more}</span>
      </span>
      <Button
        size="compact-xs"
        className={classes['leave']}
        loading={resend.isPending}
        onClick={() => resend.mutate()}
      >
        {t('confirmEmail.resend')}
      </Button>
    </section>
  );
}
