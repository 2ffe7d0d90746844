import { Alert, Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { useLayer } from '@/lib/layers/use-layer';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { newCause } from '@/records/api/undo';
import { createRecord } from '@/records/api/write-record';
import { keyAt } from '@/records/fields/custom-values';
import { FieldInput } from '@/records/fields/field-input';
import { toWireValue } from '@/records/fields/wire-value';
import { useRecordForm } from '@/records/form/record-form-context';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { quickFields } from './quick-fields';
import classes from './timeline.module.css';

interface QuickLogFormProps {
  /** What is logged. */
  object: ObjectDescription;
  /** The object of the record that it is about. */
  target: ObjectDescription;
  record: RecordData;
  onClose: () => void;
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);

/** A short form for a record about another one: its name, its text and what else it needs. All other fields are in its whole form. */
export default function QuickLogForm({ object, target, record, onClose }: QuickLogFormProps) {
  const { t } = useTranslation('timeline');
  const records = useTranslation('records').t;
  const forms = useRecordForm();
  const fields = quickFields(object);
  const form = useForm<Record<string, unknown>>({ defaultValues: {}, shouldFocusError: false });
  const [general, setGeneral] = useState<string | undefined>();
  const about = {
    [object.timeline!.about]: [{ object: target.key, id: record.id, name: recordName(target, record) }],
  };
  const isDirty = () => fields.some(({ key }) => !isEmpty(form.getValues(key)));
  const unsaved = useUnsavedChanges(isDirty);
  const close = () => unsaved.leave(onClose);
  useLayer(true, close);

  const submit = form.handleSubmit(async () => {
    setGeneral(undefined);
    const cause = newCause();
    const wire = fields
      .map((field) => [field.key, toWireValue(field, form.getValues(field.key))] as const)
      .filter(([, value]) => !isEmpty(value));
    const link = { object: target.key, id: record.id };
    try {
      const created = await createRecord(
        object.path,
        { ...Object.fromEntries(wire), [object.timeline!.about]: [link] },
        cause,
      );
      showUndo({ message: records('form.created', { name: recordName(object, created) }), cause });
      unsaved.settle();
      onClose();
    } catch (error) {
      const problems = error instanceof ApiProblem ? error.fields : [];
      const others: string[] = [];
      for (const problem of problems) {
        const key = keyAt(problem.pointer);
        if (fields.some((field) => field.key === key))
          form.setError(key, { message: fieldProblemText(problem) });
        else others.push(fieldProblemText(problem));
      }
      setGeneral(problems.length && !others.length ? undefined : others.join(' ') || problemText(error));
    }
  });

  return (
    <Form
      onSubmit={submit}
      className={classes['logForm']}
      aria-label={t('log.add', { object: object.label })}
    >
      <Stack gap="xs">
        {general ? (
          <Alert color="red" variant="light" role="alert">
            {general}
          </Alert>
        ) : null}
        {fields.map((field, at) => (
          <Controller
            key={field.key}
            name={field.key}
            control={form.control}
            render={({ field: { value, onChange }, fieldState: { error } }) => (
              <FieldInput
                size="xs"
                field={field}
                label={field.label}
                value={value ?? null}
                error={error?.message}
                autoFocus={at === 0}
                onChange={(next) => {
                  onChange(next);
                  form.clearErrors(field.key);
                }}
              />
            )}
          />
        ))}
        <Group gap="xs">
          <Button type="submit" size="xs" loading={form.formState.isSubmitting}>
            {t('log.save')}
          </Button>
          <Button size="xs" variant="default" onClick={close}>
            {records('form.cancel')}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            onClick={() => {
              const typed = Object.fromEntries(fields.map(({ key }) => [key, form.getValues(key)]));
              forms.openCreate(object, {
                values: { ...typed, ...about },
                onSaved: () => {
                  unsaved.settle();
                  onClose();
                },
              });
            }}
          >
            {t('log.allFields')}
          </Button>
          <FormProblemCount />
        </Group>
      </Stack>
    </Form>
  );
}
