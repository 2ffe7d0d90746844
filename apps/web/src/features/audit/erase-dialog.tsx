import { Alert, Button, Checkbox, Stack, Text, Textarea } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { queryClient } from '@/lib/query-client';
import { recordKeys } from '@/records/api/record-keys';
import { recordName } from '@/records/object-description';
import { erasePersonalData } from './api/audit';
import { askForErasure, useErasureRequest } from './erasure-request';
import { hasPersonalFields, personalFields } from './personal-fields';

const LEAST_REASON = 3;

/** Says what will be permanently erased, asks for the reason, and erases it. */
export default function EraseDialog() {
  const { t } = useTranslation('audit');
  const request = useErasureRequest();
  const [reason, setReason] = useState('');
  const [isSure, setSure] = useState(false);
  const close = () => {
    setReason('');
    setSure(false);
    erase.reset();
    askForErasure(undefined);
  };
  const erase = useMutation({
    mutationFn: ({ object, id }: { object: string; id: string }) =>
      erasePersonalData(object, id, reason.trim()),
    onSuccess: ({ fields }) => {
      notify({ message: t('erase.done', { count: fields.length }) });
      void queryClient.invalidateQueries({ queryKey: recordKeys.all });
      void queryClient.invalidateQueries({ queryKey: ['audit'] });
      close();
    },
  });
  if (!request || !hasPersonalFields(request.object)) return null;
  const { object, record } = request;
  const named = erase.error instanceof ApiProblem ? erase.error.fields : [];
  const wrongReason = named.find(({ pointer }) => pointer === '/reason')?.message;
  const isReady = isSure && reason.trim().length >= LEAST_REASON;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) erase.mutate({ object: object.key, id: record.id });
  };
  return (
    <Dialog onClose={close} title={t('erase.title', { name: recordName(object, record) })}>
      <Form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            {t('erase.text', {
              fields: personalFields(object)
                .map(({ label }) => label)
                .join(', '),
            })}
          </Text>
          {erase.isError && !wrongReason ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(erase.error)}
            </Alert>
          ) : null}
          <Textarea
            data-autofocus
            label={t('erase.reason')}
            description={t('erase.reasonHelp')}
            withAsterisk
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            error={wrongReason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Checkbox
            label={t('erase.sure')}
            checked={isSure}
            onChange={(event) => setSure(event.currentTarget.checked)}
          />
          <FormButtons>
            <CancelButton>{t('erase.cancel')}</CancelButton>
            <Button type="submit" color="red" disabled={!isReady} loading={erase.isPending}>
              {t('erase.confirm')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Dialog>
  );
}
