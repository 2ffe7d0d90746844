import { Alert, Button, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, type ProblemField } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { firstUnread } from '@/lib/typed/unread-text';
import { FieldInput } from '@/records/fields/field-input';
import { keyAt } from '@/records/fields/custom-values';
import { fieldValueOf } from '@/records/fields/field-place';
import { toWireValue } from '@/records/fields/wire-value';
import {
  currencyIn,
  fieldOf,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';

interface MissingFieldsDialogProps {
  object: ObjectDescription;
  deal: RecordData;
  /** One for each field that the stage requires. */
  problems: ProblemField[];
  save: (changes: Record<string, unknown>) => Promise<RecordData>;
  /** Called with the saved deal, or undefined if the user cancels. */
  onAnswer: (deal: RecordData | undefined) => void;
}

const keyOf = ({ pointer }: ProblemField) => keyAt(pointer);

/** Asks for exactly the fields that a stage requires, saves them, and continues the move. */
export function MissingFieldsDialog({ object, deal, problems, save, onAnswer }: MissingFieldsDialogProps) {
  const { t } = useTranslation('pipeline-board');
  const fields = [...new Set(problems.map(keyOf))]
    .map((key) => fieldOf(object, key))
    .filter((field) => field !== undefined);
  const [values, setValues] = useState<Record<string, unknown>>(() =>
    Object.fromEntries(fields.map((field) => [field.key, fieldValueOf(deal, field) ?? null])),
  );
  const [errors, setErrors] = useState<Record<string, string>>(() =>
    Object.fromEntries(problems.map((problem) => [keyOf(problem), problem.message])),
  );
  const [general, setGeneral] = useState<string | undefined>();
  const [isSaving, setSaving] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (firstUnread(Object.values(values))) return;
    setSaving(true);
    setGeneral(undefined);
    try {
      const changes = Object.fromEntries(
        fields.map((field) => [field.key, toWireValue(field, values[field.key])]),
      );
      onAnswer(await save(changes));
    } catch (error) {
      const named = error instanceof ApiProblem ? error.fields : [];
      setErrors(Object.fromEntries(named.map((problem) => [keyOf(problem), problem.message])));
      const isPlaced =
        named.length > 0 && named.every((problem) => fields.some(({ key }) => key === keyOf(problem)));
      setGeneral(isPlaced ? undefined : problemText(error));
      setSaving(false);
    }
  };
  return (
    <Modal opened onClose={() => onAnswer(undefined)} title={t('missing.title')} size="sm">
      <Form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('missing.text', { name: recordName(object, deal) })}
          </Text>
          {general ? (
            <Alert color="red" variant="light" role="alert">
              {general}
            </Alert>
          ) : null}
          {fields.map((field, index) => (
            <FieldInput
              key={field.key}
              field={{ ...field, required: true }}
              label={field.label}
              value={values[field.key]}
              currency={currencyIn(field, { ...deal, ...values })}
              error={errors[field.key]}
              autoFocus={index === 0}
              onChange={(value) => {
                setValues((current) => ({ ...current, [field.key]: value }));
                setErrors(({ [field.key]: _, ...rest }) => rest);
              }}
            />
          ))}
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" loading={isSaving}>
              {t('missing.confirm')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
