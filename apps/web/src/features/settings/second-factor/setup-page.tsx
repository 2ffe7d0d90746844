import { Button, Skeleton, UnstyledButton } from '@mantine/core';
import { notify } from '@/lib/notify';
import { logOut, resendConfirmation } from '@pellucid/api-client';
import { IconDeviceMobile, IconFingerprint } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { currentSession, endSession, ensureSession } from '@/lib/session/session';
import { meQuery } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { LoadState } from '../load-state';
import { AddApp } from './add-app';
import { AddPasskey } from './add-passkey';
import { factorsQuery } from './api';
import { RecoveryCodes } from './recovery-codes';
import classes from './second-factor.module.css';

const WAYS = [
  { what: 'app', icon: IconDeviceMobile },
  { what: 'passkey', icon: IconFingerprint },
] as const;

/** Guides a user whose company requires a second factor through setting one up. They can open nothing else. */
export default function SetupPage() {
  const { t } = useTranslation('settings');
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false }) as { next?: unknown };
  const [isIn, setIn] = useState<boolean | undefined>();
  const [step, setStep] = useState<'choose' | 'app' | 'passkey' | { codes: string[] }>('choose');
  useDocumentTitle(t('setup.title'));
  useEffect(() => {
    void ensureSession().then((is) => {
      setIn(is);
      if (!is) void navigate({ to: '/login' });
    });
  }, [navigate]);
  const me = useQuery({ ...meQuery, enabled: isIn === true });
  const own = useQuery({ ...factorsQuery, enabled: isIn === true });
  const goOn = () => {
    const target = typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
    void navigate({ href: target } as never);
  };
  const resend = useMutation({
    mutationFn: () => resendConfirmation(),
    onSuccess: () => notify({ message: t('setup.sent') }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const leave = async () => {
    await logOut().catch(() => undefined);
    endSession();
    void navigate({ to: '/login' });
  };
  if (me.isError || own.isError)
    return (
      <LoadState
        error={me.error ?? own.error}
        onRetry={() => {
          void me.refetch();
          void own.refetch();
        }}
      />
    );
  if (!me.data || !own.data)
    return <Skeleton height={240} radius="md" role="status" aria-label={t('loading')} />;
  const added = ({ recoveryCodes }: { recoveryCodes: string[] | null }) =>
    recoveryCodes ? setStep({ codes: recoveryCodes }) : goOn();
  if (typeof step === 'object')
    return (
      <>
        <h1 className={classes['heading']}>{t('recovery.title')}</h1>
        <p className={classes['lead']}>{t('setup.done')}</p>
        <RecoveryCodes codes={step.codes} onDone={goOn} />
      </>
    );
  const session = currentSession();
  const isHeldUp = session.status === 'signed-in' && session.secondFactorPending;
  // The session began before the user set one up. They must log in again with their second factor.
  if (isHeldUp && own.data.data.length && step === 'choose')
    return (
      <>
        <h1 className={classes['heading']}>{t('setup.againTitle')}</h1>
        <p className={classes['lead']}>{t('setup.againText', { company: me.data.tenant.name })}</p>
        <Button fullWidth onClick={() => void leave()}>
          {t('setup.again')}
        </Button>
      </>
    );
  if (me.data.user.emailVerifiedAt === null)
    return (
      <>
        <h1 className={classes['heading']}>{t('setup.confirmTitle')}</h1>
        <p className={classes['lead']}>{t('factors.confirmFirst', { email: me.data.user.email })}</p>
        <Button fullWidth loading={resend.isPending} onClick={() => resend.mutate()}>
          {t('setup.resend')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          fullWidth
          mt="md"
          onClick={() => void leave()}
        >
          {t('setup.leave')}
        </Button>
      </>
    );
  return (
    <>
      <h1 className={classes['heading']}>{t(step === 'choose' ? 'setup.title' : `factors.${step}.title`)}</h1>
      {step === 'choose' ? (
        <>
          <p className={classes['lead']}>{t('setup.text', { company: me.data.tenant.name })}</p>
          <div className={classes['choices']}>
            {WAYS.map(({ what, icon: Icon }) => (
              <UnstyledButton key={what} className={classes['choice'] ?? ''} onClick={() => setStep(what)}>
                <Icon size={20} aria-hidden />
                <span>
                  <span className={classes['choiceTitle']}>{t(`setup.${what}.title`)}</span>
                  <span className={classes['choiceText']}>{t(`setup.${what}.text`)}</span>
                </span>
              </UnstyledButton>
            ))}
          </div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            fullWidth
            mt="md"
            onClick={() => void leave()}
          >
            {t('setup.leave')}
          </Button>
        </>
      ) : (
        <div style={{ marginTop: 16 }}>
          {step === 'app' ? (
            <AddApp onAdded={added} onCancel={() => setStep('choose')} />
          ) : (
            <AddPasskey onAdded={added} onCancel={() => setStep('choose')} />
          )}
        </div>
      )}
    </>
  );
}
