import { Alert, Button, TextInput } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconClockX, IconFingerprint } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form } from '@/lib/forms/form';
import { problemText } from '@/lib/problem-text';
import { askedQuestion, forgetQuestion } from '@/lib/session/asked-factor';
import { useDocumentTitle } from '@/lib/use-document-title';
import { answerQuestion } from './api/auth';
import classes from './auth-form.module.css';
import { signPasskey } from './passkey';
import { useEnter } from './use-auth-form';

type Method = 'totp' | 'passkey' | 'recovery';

/** The second step of a log-in. */
export default function SecondFactorPage() {
  const { t } = useTranslation('auth');
  const [question] = useState(askedQuestion);
  const enter = useEnter();
  const navigate = useNavigate();
  const [method, setMethod] = useState<Method>(
    () =>
      (['passkey', 'totp', 'recovery'] as const).find((one) => question?.methods.includes(one)) ?? 'recovery',
  );
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const [isSending, setSending] = useState(false);
  const [isOver, setOver] = useState(false);
  useDocumentTitle(t('factor.title'));
  if (!question || isOver)
    return (
      <StateMessage
        isPage
        role="alert"
        icon={<IconClockX size={20} />}
        title={t('factor.overTitle')}
        text={t('factor.overText')}
      >
        <Button size="xs" component={Link} to="/login">
          {t('backToLogin')}
        </Button>
      </StateMessage>
    );

  const send = async (answer: () => Promise<Parameters<typeof answerQuestion>[0]>) => {
    setSending(true);
    setProblem(undefined);
    try {
      enter(await answerQuestion(await answer()));
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'secondFactorEnded') {
        forgetQuestion();
        setOver(true);
      }
      setCode('');
      setProblem(error instanceof ApiProblem ? problemText(error) : t('factor.passkeyFailed'));
    } finally {
      setSending(false);
    }
  };
  const { token, passkey } = question;
  const sendCode = (typed: string) =>
    send(async () => ({ token, method: method as 'totp' | 'recovery', code: typed }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (method === 'passkey')
      void send(async () => ({ token, method, assertion: await signPasskey(passkey) }));
    else if (code.trim()) void sendCode(code);
  };
  const type = (typed: string) => {
    setCode(typed);
    // Six digits are a complete code, so it is sent without a click.
    if (method === 'totp' && /^\d{6}$/.test(typed.replace(/\s/g, '')) && !isSending) void sendCode(typed);
  };
  const choose = (next: Method) => {
    setMethod(next);
    setCode('');
    setProblem(undefined);
  };
  return (
    <>
      <h1 className={classes['title']}>{t('factor.title')}</h1>
      <p className={classes['text']}>{t(`factor.text.${method}`)}</p>
      <Form onSubmit={submit} className={classes['form']}>
        {problem ? (
          <Alert color="red" variant="light" role="alert">
            {problem}
          </Alert>
        ) : null}
        {method === 'passkey' ? null : (
          <TextInput
            key={method}
            size="md"
            label={t(`factor.label.${method}`)}
            placeholder={method === 'totp' ? '123 456' : 'XXXX-XXXX-XXXX-XXXX'}
            classNames={{ input: classes['code'] ?? '' }}
            autoComplete="one-time-code"
            inputMode={method === 'totp' ? 'numeric' : 'text'}
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={method === 'totp' ? 7 : 30}
            autoFocus
            value={code}
            onChange={(event) => type(event.currentTarget.value)}
          />
        )}
        <Button
          type="submit"
          size="md"
          fullWidth
          loading={isSending}
          leftSection={method === 'passkey' ? <IconFingerprint size={18} aria-hidden /> : undefined}
        >
          {t(`factor.submit.${method}`)}
        </Button>
      </Form>
      <div className={classes['ways']}>
        {question.methods
          .filter((one) => one !== method)
          .map((one) => (
            <Button key={one} variant="subtle" size="compact-sm" onClick={() => choose(one)}>
              {t(`factor.instead.${one}`)}
            </Button>
          ))}
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() => {
            forgetQuestion();
            void navigate({ to: '/login' });
          }}
        >
          {t('backToLogin')}
        </Button>
      </div>
    </>
  );
}
