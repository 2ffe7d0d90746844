import { Alert, Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { UnreadText } from '@/lib/typed/unread-text';
import { FieldInput } from '@/records/fields/field-input';
import { toWireValue } from '@/records/fields/wire-value';
import type { LinesDescription } from '@/records/object-description';
import type { Step } from './steps';

/** Values of a new step, until others are entered. */
const NEW = { kind: 'Task', priority: 'Normal', wait: 0, waitUnit: 'Days', assignee: 'Owner of the record' };

const nameOf = (key: string) => key.slice('steps.'.length);

/** Enters a step of a sequence. */
export function StepDialog({
  lines,
  step,
  isSaving,
  error,
  onClose,
  onSave,
}: {
  lines: LinesDescription;
  /** The step to change; undefined for a new one. */
  step: Step | undefined;
  isSaving: boolean;
  error: Error | null;
  onClose: () => void;
  /** Receives the values in the API's form. */
  onSave: (values: Record<string, unknown>) => void;
}) {
  const { t } = useTranslation('sequences');
  const [values, setValues] = useState<Record<string, unknown>>(step ?? NEW);
  const [isTried, setTried] = useState(false);
  const isShown = (name: string) =>
    (name !== 'priority' || values['kind'] === 'Task' || values['kind'] === 'E-mail') &&
    (name !== 'person' || values['assignee'] === 'Named person');
  const fields = lines.fields.filter(({ key, readOnly }) => !readOnly && isShown(nameOf(key)));
  const isMissing = (name: string, required: boolean) => {
    const value = values[name];
    const isEmpty = value === undefined || value === null || String(value).trim() === '';
    return isEmpty && (required || name === 'person');
  };
  const isWhole = fields.every(
    ({ key, required }) => !isMissing(nameOf(key), required) && !(values[nameOf(key)] instanceof UnreadText),
  );
  return (
    <Modal opened onClose={onClose} title={t(step ? 'editTitle' : 'add')}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!isWhole) return;
          const given = fields.map((field) => [
            nameOf(field.key),
            toWireValue(field, values[nameOf(field.key)]),
          ]);
          const person = isShown('person') ? {} : { person: null };
          onSave({ ...Object.fromEntries(given), ...person });
        }}
      >
        <Stack gap="md">
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(error)}
            </Alert>
          ) : null}
          {fields.map((field) => {
            const name = nameOf(field.key);
            return (
              <FieldInput
                key={field.key}
                field={field}
                label={field.label}
                description={field.help}
                value={values[name]}
                canCreate={false}
                error={isTried && isMissing(name, field.required) ? t('missing') : undefined}
                onChange={(value) => setValues((before) => ({ ...before, [name]: value }))}
              />
            );
          })}
          <FormButtons>
            <CancelButton>{t('records:form.cancel')}</CancelButton>
            <Button type="submit" loading={isSaving}>
              {t('saveStep')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
