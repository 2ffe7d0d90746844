import { Alert, Button, CopyButton, Skeleton, Stack, TextInput } from '@mantine/core';
import type { SecondFactorAdded } from '@pellucid/api-client';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { beginApp, finishApp, type OwnProof } from './api';
import { ProofForm, wantedProof } from './proof-form';
import { QrCode } from './qr-code';
import classes from './second-factor.module.css';

interface AddProps {
  onAdded: (added: SecondFactorAdded) => void;
  onCancel: () => void;
}

/** Adds an authenticator app: shows a QR code to scan, then asks for a code from the app. */
export function AddApp({ onAdded, onCancel }: AddProps) {
  const { t } = useTranslation('settings');
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const begin = useMutation({ mutationFn: (proof: OwnProof | undefined) => beginApp(proof) });
  const start = begin.mutate;
  useEffect(() => start(undefined), [start]);
  const finish = useMutation({
    mutationFn: (enrolment: string) =>
      finishApp({ enrolment, code, name: name.trim() || t('factors.app.defaultName') }),
    onSuccess: onAdded,
    onError: () => setCode(''),
  });
  const wanted = wantedProof(begin.error);
  if (wanted)
    return (
      <ProofForm
        submitLabel={t('proof.continue')}
        methods={wanted}
        onProven={(proof) => begin.mutateAsync(proof)}
        onCancel={onCancel}
      />
    );
  if (begin.isError)
    return (
      <Alert color="red" variant="light" role="alert">
        {problemText(begin.error)}
      </Alert>
    );
  if (!begin.data) return <Skeleton height={260} radius="md" role="status" aria-label={t('loading')} />;
  const { uri, secret, enrolment } = begin.data;
  const named = finish.error instanceof ApiProblem ? finish.error.fields[0] : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) finish.mutate(enrolment);
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="lg">
        {finish.isError && !named ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(finish.error)}
          </Alert>
        ) : null}
        <ol className={classes['steps']}>
          <li className={classes['step']}>
            <span className={classes['number']} aria-hidden>
              1
            </span>
            <p className={classes['stepText']}>{t('factors.app.scan')}</p>
            <div className={`${classes['stepBody']} ${classes['scan']}`}>
              <QrCode text={uri} label={t('factors.app.qr')} />
              <div className={classes['key']}>
                {t('factors.app.type')}
                <code className={classes['secret']}>{secret.replace(/.{4}(?=.)/g, '$& ')}</code>
                <CopyButton value={secret}>
                  {({ copied, copy }) => (
                    <Button
                      size="compact-xs"
                      variant="default"
                      leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                      onClick={copy}
                    >
                      {t(copied ? 'factors.copied' : 'factors.app.copyKey')}
                    </Button>
                  )}
                </CopyButton>
              </div>
            </div>
          </li>
          <li className={classes['step']}>
            <span className={classes['number']} aria-hidden>
              2
            </span>
            <p className={classes['stepText']}>{t('factors.app.confirm')}</p>
            <Stack gap="sm" className={classes['stepBody'] ?? ''}>
              <TextInput
                data-autofocus
                className={classes['code'] ?? ''}
                label={t('factors.app.code')}
                placeholder="123 456"
                autoComplete="one-time-code"
                inputMode="numeric"
                maxLength={7}
                value={code}
                error={named && fieldProblemText(named)}
                onChange={(event) => setCode(event.currentTarget.value)}
              />
              <TextInput
                label={t('factors.name')}
                description={t('factors.app.nameHelp')}
                placeholder={t('factors.app.defaultName')}
                autoComplete="off"
                maxLength={100}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            </Stack>
          </li>
        </ol>
        <FormButtons>
          <CancelButton onClick={onCancel}>{t('cancel')}</CancelButton>
          <Button type="submit" disabled={!code.trim()} loading={finish.isPending}>
            {t('factors.app.submit')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
