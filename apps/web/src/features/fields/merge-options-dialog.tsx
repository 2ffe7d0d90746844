import { Alert, Button, MultiSelect, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { followCascades } from '@/records/cascades';
import type { ObjectDescription } from '@/records/object-description';
import { type CustomField, mergeOptions } from './api/custom-fields';

/** Gives the records that have some options another one. The options are retired. */
export default function MergeOptionsDialog({
  object,
  field,
  onClose,
}: {
  object: ObjectDescription;
  field: CustomField;
  onClose: () => void;
}) {
  const { t } = useTranslation('fields');
  const [from, setFrom] = useState<string[]>([]);
  const [into, setInto] = useState('');
  const merge = useMutation({
    mutationFn: () => mergeOptions(field, from, into),
    onSuccess: ({ id }) => {
      followCascades([id]);
      onClose();
    },
  });
  const options = (field.options ?? []).map(({ value, label, retired }) => ({ value, label, retired }));
  const problems = merge.error instanceof ApiProblem ? merge.error.fields : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (from.length && into) merge.mutate();
  };
  return (
    <Dialog title={t('merge.title', { field: field.label })} onClose={onClose}>
      <Form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('merge.text', { objects: object.pluralLabel })}</Text>
          {merge.isError ? (
            <Alert color="red" variant="light" role="alert">
              {problems.length ? problems.map(fieldProblemText).join(' ') : problemText(merge.error)}
            </Alert>
          ) : null}
          <MultiSelect
            label={t('merge.from')}
            description={t('merge.fromHelp')}
            data={options.filter(({ value }) => value !== into)}
            value={from}
            onChange={setFrom}
            searchable
            data-autofocus
          />
          <NativeSelect
            label={t('merge.into')}
            data={[
              { value: '', label: t('merge.choose') },
              ...options.filter(({ value, retired }) => !retired && !from.includes(value)),
            ]}
            value={into}
            onChange={(event) => setInto(event.currentTarget.value)}
          />
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" loading={merge.isPending} disabled={!from.length || !into}>
              {t('merge.confirm', { count: from.length })}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Dialog>
  );
}
