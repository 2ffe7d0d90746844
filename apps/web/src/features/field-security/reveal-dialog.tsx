import { Alert, Button, CopyButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { askForReveal, type RevealRequest } from '@/records/access/reveal-request';
import { FieldValue } from '@/records/fields/field-value';
import { recordName } from '@/records/object-description';
import { revealField } from './api/field-security';
import classes from './reveal-dialog.module.css';

/** Minimum and maximum length of a reason, as in the API. */
const LEAST = 5;
const MOST = 500;

/** Asks why a masked value is needed, then shows it. The value exists only as long as the dialog. */
export default function RevealDialog({ request }: { request: RevealRequest }) {
  const { object, record, field } = request;
  const { t } = useTranslation('field-security');
  const [reason, setReason] = useState('');
  const reveal = useMutation({
    mutationFn: () => revealField(object.path, record.id, field.key, reason.trim()),
    gcTime: 0,
  });
  const close = () => askForReveal(undefined);
  const isReady = reason.trim().length >= LEAST;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !reveal.isPending) reveal.mutate();
  };
  const wrong = reveal.error instanceof ApiProblem ? reveal.error.fields : [];
  const wrongReason = wrong.find(({ pointer }) => pointer === '/reason')?.message;
  const { meta: _, ...clear } = record;
  return (
    <Dialog
      title={t('reveal.title', { field: field.label, name: recordName(object, record) })}
      onClose={close}
    >
      {reveal.isSuccess ? (
        <Stack gap="md">
          <div className={classes['value']} role="status">
            <FieldValue
              field={field}
              value={reveal.data}
              record={{ ...clear, id: record.id, version: record.version, [field.key]: reveal.data }}
            />
          </div>
          <Text size="xs" c="dimmed">
            {t('reveal.recorded')}
          </Text>
          <Group justify="flex-end" gap="xs">
            {typeof reveal.data === 'string' && reveal.data ? (
              <CopyButton value={reveal.data}>
                {({ copied, copy }) => (
                  <Button variant="default" onClick={copy}>
                    {t(copied ? 'reveal.copied' : 'reveal.copy')}
                  </Button>
                )}
              </CopyButton>
            ) : null}
            <Button onClick={close}>{t('reveal.close')}</Button>
          </Group>
        </Stack>
      ) : (
        <Form onSubmit={submit}>
          <Stack gap="md">
            <Text size="sm">{t('reveal.text')}</Text>
            {reveal.isError && !wrongReason ? (
              <Alert color="red" variant="light" role="alert">
                {problemText(reveal.error)}
              </Alert>
            ) : null}
            <Textarea
              data-autofocus
              label={t('reveal.reason')}
              description={t('reveal.reasonHelp', { count: LEAST })}
              withAsterisk
              autosize
              minRows={2}
              maxLength={MOST}
              value={reason}
              error={wrongReason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <FormButtons>
              <CancelButton>{t('reveal.cancel')}</CancelButton>
              <Button type="submit" disabled={!isReady} loading={reveal.isPending}>
                {t('reveal.confirm')}
              </Button>
            </FormButtons>
          </Stack>
        </Form>
      )}
    </Dialog>
  );
}
