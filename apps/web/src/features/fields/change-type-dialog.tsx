import { Alert, Button, Loader, NativeSelect, Stack, Table, Text } from '@mantine/core';
import type { FieldType } from '@pellucid/conditions';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { useFormats } from '@/lib/format/formats';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useDraft } from '@/lib/unsaved/use-draft';
import { followCascades } from '@/records/cascades';
import type { ObjectDescription } from '@/records/object-description';
import {
  changeType,
  convertibleTypes,
  type CustomField,
  previewType,
  type TypePreview,
} from './api/custom-fields';
import { draftOf, type FieldDraft, typeChangeOf } from './model/field-draft';
import { TypeSettings } from './type-settings';

/** Changes the type of a field: first its new type, then what that would do to the values, then the change. */
export default function ChangeTypeDialog({
  object,
  field,
  onClose,
}: {
  object: ObjectDescription;
  field: CustomField;
  onClose: () => void;
}) {
  const { t } = useTranslation('fields');
  const types = convertibleTypes(field);
  const [start] = useState<FieldDraft>(() => ({ ...draftOf(field), type: types[0]! }));
  const [draft, setDraft] = useState(start);
  useDraft(() => draft !== start);
  const preview = useMutation({ mutationFn: () => previewType(field, typeChangeOf(draft)) });
  const change = useMutation({
    mutationFn: () => changeType(field, typeChangeOf(draft)),
    onSuccess: ({ id }) => {
      followCascades([id]);
      onClose();
    },
  });
  const set = (next: Partial<FieldDraft>) => {
    setDraft((current) => ({ ...current, ...next }));
    preview.reset();
    change.reset();
  };
  const error = change.error ?? preview.error;
  const problems = error instanceof ApiProblem ? error.fields : [];
  const settingOf = (pointer: string) => pointer.split('/')[1] ?? '';
  const problemOf = (setting: string) => {
    const found = problems.find(({ pointer }) => settingOf(pointer) === setting);
    return found && fieldProblemText(found);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (preview.data) change.mutate();
    else preview.mutate();
  };
  const label = t(`types.${draft.type}.label`);
  return (
    <Dialog size="lg" title={t('retype.title', { field: field.label })} onClose={onClose}>
      <Form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('retype.text', { objects: object.pluralLabel })}</Text>
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {problems.length ? problems.map(fieldProblemText).join(' ') : problemText(error)}
            </Alert>
          ) : null}
          <NativeSelect
            label={t('retype.to')}
            data={types.map((type) => ({ value: type, label: t(`types.${type}.label`) }))}
            value={draft.type}
            onChange={(event) => set({ type: event.currentTarget.value as FieldType })}
          />
          <TypeSettings object={object} draft={draft} isNew set={set} problemOf={problemOf} />
          {preview.isPending ? <Loader size="sm" role="status" aria-label={t('retype.trying')} /> : null}
          {preview.data ? <Outcome preview={preview.data} type={label} /> : null}
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button
              type="submit"
              color={preview.data?.misfits ? 'red' : undefined}
              loading={preview.isPending || change.isPending}
            >
              {preview.data ? t('retype.confirm', { type: label }) : t('retype.preview')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Dialog>
  );
}

/** What the change would do, with values that don't fit. */
function Outcome({ preview, type }: { preview: TypePreview; type: string }) {
  const { t } = useTranslation('fields');
  const formats = useFormats();
  const number = (n: number) => formats.number(n);
  return (
    <Alert variant="light" color={preview.misfits ? 'orange' : 'teal'} role="status">
      <Text size="sm">
        {t('retype.fits', { count: preview.fits, n: number(preview.fits), type })}{' '}
        {t('retype.misfits', { count: preview.misfits, n: number(preview.misfits) })}{' '}
        {preview.complete ? null : t('retype.partly', { n: number(preview.checked) })}
      </Text>
      {preview.samples.length ? (
        <Table mt="xs" aria-label={t('retype.samples')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('retype.value')}</Table.Th>
              <Table.Th>{t('retype.why')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.samples.slice(0, SAMPLES).map(({ record, value, message }) => (
              <Table.Tr key={record}>
                <Table.Td>{[value].flat().join(', ')}</Table.Td>
                <Table.Td>{message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </Alert>
  );
}

const SAMPLES = 5;
