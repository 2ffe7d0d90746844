import { FIELD_TYPES } from '@pellucid/conditions';
import { Alert, Button, Group, ScrollArea, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Drawer } from '@/lib/layers/overlays';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useMe } from '@/lib/session/use-me';
import { ApiProblem } from '@/lib/api-problem';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { isWritable } from '../access/field-visibility';
import { useRights } from '../access/use-rights';
import { recordQuery } from '../api/get-record';
import { ownLayoutsQuery } from '../api/own-layouts';
import { newCause } from '../api/undo';
import { createRecord } from '../api/write-record';
import { isSameValue, toWireValue } from '../fields/wire-value';
import { keyAt } from '../fields/custom-values';
import { fieldValueOf } from '../fields/field-place';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../object-description';
import { FormTools } from './form-tools';
import { FieldsSkeleton, FormFields, type Values } from './form-fields';
import classes from './record-form-drawer.module.css';
import { showUndo } from '../undo';
import { useSaveRecord } from './use-save-record';

interface RecordFormDrawerProps {
  object: ObjectDescription;
  /** Set when editing. */
  record?: RecordData;
  initialValues?: Values;
  isOpen: boolean;
  /** How many forms are open below this one. */
  depth: number;
  onClose: () => void;
  onSaved: (record: RecordData) => void;
}

function startValues(
  object: ObjectDescription,
  record: RecordData | undefined,
  given: Values | undefined,
): Values {
  return Object.fromEntries(
    object.fields.map((field) => [
      field.key,
      (record ? fieldValueOf(record, field) : given?.[field.key]) ?? null,
    ]),
  );
}

/**
 * In: a field. Out: the value that a new record starts with: its default; of a required field otherwise no, the first option,
 * or none. What follows another field stays empty, until the server fills it in.
 */
function proposedFor({ type, options, required, default: value, defaultFrom }: FieldDescription): unknown {
  if (defaultFrom) return undefined;
  if (value !== undefined && value !== null) return value;
  if (!required) return undefined;
  const { family } = FIELD_TYPES[type];
  if (family === 'boolean') return false;
  return family === 'choice' ? options?.find(({ retired }) => !retired)?.value : undefined;
}

/** The form to create or edit a record of any object, drawn from its description. */
export default function RecordFormDrawer(props: RecordFormDrawerProps) {
  const { object, record, isOpen, depth, onClose, onSaved } = props;
  const { t } = useTranslation('records');
  const { user } = useMe();
  const navigate = useNavigate();
  const save = useSaveRecord(object);
  const [start] = useState<Values>(() => {
    // Rules choose the owner only if the form names nobody.
    const isOwned = fieldOf(object, 'owner') && !object.ownersByRules;
    const owner = isOwned ? { owner: { id: user.memberId, name: user.name } } : {};
    const choices = Object.fromEntries(
      object.fields.filter((field) => !field.readOnly).map((field) => [field.key, proposedFor(field)]),
    );
    const proposed = { ...choices, ...owner };
    return startValues(object, record, { ...proposed, ...props.initialValues });
  });
  const form = useForm<Values>({ defaultValues: start, shouldFocusError: false });
  const [general, setGeneral] = useState<string | undefined>();
  const { isSubmitting } = form.formState;

  // A masked value is never sent back, because it would be saved as the value.
  const rights = useRights(object, record);
  const layouts = useQuery(ownLayoutsQuery(object.key));
  const editable = object.fields.filter((field) =>
    isWritable(field, record, start[field.key], rights.fields),
  );
  const changed = () =>
    editable.filter((field) => !isSameValue(field, form.getValues(field.key), start[field.key]));
  const unsaved = useUnsavedChanges(() => isOpen && changed().length > 0);
  const requestClose = () => unsaved.leave(onClose);

  const showProblem = (error: unknown) => {
    const fields = error instanceof ApiProblem ? error.fields : [];
    const others: string[] = [];
    for (const problem of fields) {
      const key = keyAt(problem.pointer);
      const message = fieldProblemText(problem);
      if (editable.some((field) => field.key === key)) form.setError(key, { message });
      else others.push(message);
    }
    const isPlaced = fields.length > 0 && others.length === 0;
    setGeneral(isPlaced ? undefined : others.join(' ') || problemText(error));
  };

  const submit = form.handleSubmit(async () => {
    setGeneral(undefined);
    const cause = newCause();
    const wire = (fields: FieldDescription[]) =>
      Object.fromEntries(fields.map((field) => [field.key, toWireValue(field, form.getValues(field.key))]));
    try {
      if (!record) {
        const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);
        const given = editable.filter((field) => {
          const value = form.getValues(field.key);
          // The server fills in defaults, unless the role presets something else.
          if (field.key in { ...props.initialValues } || proposedFor(field) === undefined)
            return !isEmpty(toWireValue(field, value));
          return !isSameValue(field, value, field.default ?? null);
        });
        const created = await createRecord(object.path, wire(given), cause);
        showUndo({
          message: t('form.created', { name: recordName(object, created) }),
          cause,
          onUndone: () => {
            if (location.pathname.endsWith(`/${created.id}`)) void navigate({ to: object.path });
          },
        });
        unsaved.settle();
        onSaved(created);
        return;
      }
      const changes = wire(changed());
      if (Object.keys(changes).length === 0) return onClose();
      const updated = await save(record, changes, cause);
      if (!updated) return;
      showUndo({ message: t('form.saved'), cause });
      unsaved.settle();
      onSaved(updated);
    } catch (error) {
      showProblem(error);
    }
  });

  const title = record
    ? t('form.editTitle', { object: object.label })
    : t('form.createTitle', { object: object.label });
  return (
    <Drawer.Root
      // The form compares values itself and knows when they are saved.
      isDirty={false}
      opened={isOpen}
      classNames={{ content: classes['content'] }}
      onClose={requestClose}
      position="right"
      size={520}
      zIndex={300 + depth * 10}
    >
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={classes['header']}>
          <Drawer.Title fw={600}>{title}</Drawer.Title>
          <div className={classes['tools']}>
            <FormTools
              object={object}
              record={record}
              fields={() => editable}
              values={() => form.getValues()}
              fill={(values) => {
                for (const [key, value] of Object.entries(values))
                  form.setValue(key, value, { shouldDirty: true, shouldValidate: true });
              }}
            />
            <Drawer.CloseButton />
          </div>
        </div>
        <Form onSubmit={submit} className={classes['form']}>
          <ScrollArea className={classes['scroll']} type="auto">
            <Stack gap="md" p="lg">
              {general ? (
                <Alert color="red" variant="light" role="alert">
                  {general}
                </Alert>
              ) : null}
              {record ? <ChangedMeanwhile object={object} record={record} /> : null}
              {rights.isPending || layouts.isPending ? (
                <FieldsSkeleton />
              ) : (
                <FormFields
                  object={object}
                  control={form.control}
                  record={record}
                  start={start}
                  rights={rights.fields}
                  layouts={layouts.data}
                />
              )}
            </Stack>
          </ScrollArea>
          <Group className={classes['footer']} justify="flex-end" gap="xs">
            <FormProblemCount />
            <Button variant="default" onClick={requestClose}>
              {t('form.cancel')}
            </Button>
            <Button type="submit" loading={isSubmitting} disabled={rights.isPending || layouts.isPending}>
              {record ? t('form.save') : t('form.create', { object: object.label })}
            </Button>
          </Group>
        </Form>
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** Says that somebody else has changed the record since the form was opened. What the user typed stays. */
function ChangedMeanwhile({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('records');
  const latest = useQuery({ ...recordQuery(object.path, record.id), initialData: () => record as never });
  if (latest.data.version <= record.version) return null;
  return (
    <Alert color="lagoon" variant="light" role="status">
      {t('conflict.title')}
    </Alert>
  );
}
