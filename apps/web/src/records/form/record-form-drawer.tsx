import { FIELD_TYPES } from '@pellucid/conditions';
import { Alert, Button, Group, ScrollArea, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Control, Controller, useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Drawer } from '@/lib/layers/overlays';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { UnreadText } from '@/lib/typed/unread-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useMe } from '@/lib/session/use-me';
import { ApiProblem } from '@/lib/api-problem';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { isUnnamed, isWritable, visibilityOf } from '../access/field-visibility';
import { useRights } from '../access/use-rights';
import { WhyLink } from '../access/why-button';
import type { RecordRights } from '../api/record-rights';
import { recordQuery } from '../api/get-record';
import { type OwnLayout, ownLayoutsQuery } from '../api/own-layouts';
import { newCause } from '../api/undo';
import { createRecord } from '../api/write-record';
import { FieldInput } from '../fields/field-input';
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
import { FormSection } from './form-section';
import { currencyKeys, sectionsOf } from './form-sections';
import classes from './record-form-drawer.module.css';
import { useFormLayout } from './use-form-layout';
import { showUndo } from '../undo';
import { useSaveRecord } from './use-save-record';
import { useTakenDefault } from './use-taken-default';

type Values = Record<string, unknown>;

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
    const owner = fieldOf(object, 'owner') ? { owner: { id: user.memberId, name: user.name } } : {};
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
          <Drawer.CloseButton />
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

/** Placeholder for the fields until it is known which of them may be changed. */
function FieldsSkeleton() {
  const { t } = useTranslation('records');
  return (
    <div role="status" aria-label={t('form.loading')}>
      {Array.from({ length: 6 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={index} height={36} mb={28} radius="md" />
      ))}
    </div>
  );
}

function FormFields({
  object,
  control,
  record,
  start,
  rights,
  layouts,
}: {
  object: ObjectDescription;
  control: Control<Values>;
  record: RecordData | undefined;
  start: Values;
  rights: RecordRights['fields'] | undefined;
  layouts: OwnLayout[] | undefined;
}) {
  const { t } = useTranslation('records');
  const currencies = currencyKeys(object);
  const canWrite = (field: FieldDescription) => isWritable(field, record, start[field.key], rights);
  // Fields withheld by roles are shown locked. Fields that nobody can enter are not shown.
  const isLocked = (field: FieldDescription) =>
    record !== undefined &&
    !field.isAdded &&
    !canWrite(field) &&
    visibilityOf(record, field.key) !== 'hidden' &&
    (!field.readOnly || field.viewOnly || visibilityOf(record, field.key) === 'mask');
  const later = object.presentation.askedBySteps;
  const isOffered = (field: FieldDescription) =>
    (canWrite(field) || isLocked(field)) && !currencies.has(field.key);
  const laidOut = useFormLayout(object, control, layouts, isOffered);
  const { ruled } = laidOut;
  const sections =
    laidOut.sections ??
    sectionsOf(
      object,
      t('record.details'),
      (field) =>
        isOffered(field) &&
        ruled(field) !== undefined &&
        !(later.includes(field.key) && (start[field.key] ?? null) === null),
    );
  const firstKey = sections[0]?.fields[0]?.key;
  const input = (field: FieldDescription) =>
    record && isLocked(field) ? (
      <LockedField key={field.key} object={object} record={record} field={field} value={start[field.key]} />
    ) : (
      <FormField
        key={field.key}
        object={object}
        field={ruled(field) ?? field}
        control={control}
        isNew={!record}
        isUnnamed={isUnnamed(start[field.key])}
        autoFocus={!record && field.key === firstKey}
      />
    );
  const withCurrency = (field: FieldDescription) => {
    const currency = field.currencyField ? fieldOf(object, field.currencyField) : undefined;
    if (!currency || !canWrite(currency)) return input(field);
    return (
      <div key={field.key} className={`pl-form-row ${classes['money']}`}>
        {input(field)}
        {input(currency)}
      </div>
    );
  };
  return sections.map((section, index) => (
    <FormSection
      // biome-ignore lint/suspicious/noArrayIndexKey: sections keep their order, and titles may repeat
      key={`${section.title ?? ''} ${index}`}
      section={section}
      isFirst={index === 0}
      control={control}
    >
      {section.fields.map(withCurrency)}
    </FormSection>
  ));
}

/** A field that the user may view but not change: disabled, with the reason. */
function LockedField({
  object,
  record,
  field,
  value,
}: {
  object: ObjectDescription;
  record: RecordData;
  field: FieldDescription;
  value: unknown;
}) {
  const { t } = useTranslation('records');
  const isMasked = visibilityOf(record, field.key) === 'mask';
  const isTextual = typeof value === 'string' || value === null || value === undefined;
  return (
    <div className={classes['locked']}>
      <FieldInput
        // A masked value may not match its field's type.
        widget={isMasked && isTextual ? 'text' : undefined}
        field={{ ...field, required: false }}
        value={value}
        onChange={() => undefined}
        isDisabled
        label={field.label}
        placeholder={isMasked ? t('access.maskedValue') : undefined}
        description={
          <>
            {t(isMasked ? 'access.masked' : 'access.viewOnly')}{' '}
            <WhyLink
              label={field.label}
              question={{ object: object.key, record: record.id, action: 'update', field: field.key }}
            />
          </>
        }
      />
    </div>
  );
}

function FormField({
  object,
  field,
  control,
  isNew,
  isUnnamed: isOutOfSight,
  autoFocus,
}: {
  object: ObjectDescription;
  field: FieldDescription;
  control: Control<Values>;
  isNew: boolean;
  /** It refers to something that the user may not view. */
  isUnnamed: boolean;
  autoFocus: boolean;
}) {
  const { t } = useTranslation('records');
  const currency = useWatch({ control, name: field.currencyField ?? '', disabled: !field.currencyField });
  // Of an amount's currency, or of the field itself.
  const takes = isNew ? (field.currencyField ? fieldOf(object, field.currencyField) : field) : undefined;
  const from = takes?.defaultFrom?.reference;
  const filledIn = useTakenDefault(
    object,
    takes,
    useWatch({ control, name: from ?? '', disabled: from === undefined }),
  );
  const isFilledIn = !field.currencyField && field.defaultFrom !== undefined && filledIn !== undefined;
  const isMissing = (value: unknown) =>
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  return (
    <Controller
      name={field.key}
      control={control}
      rules={{
        validate: (value) =>
          value instanceof UnreadText
            ? value.message
            : field.required && isMissing(value) && !isFilledIn
              ? t('form.required', { field: field.label })
              : true,
      }}
      render={({ field: bound, fieldState }) => (
        <FieldInput
          field={isFilledIn ? { ...field, required: false } : field}
          value={bound.value}
          currency={typeof currency === 'string' ? currency : filledIn}
          onChange={bound.onChange}
          onBlur={bound.onBlur}
          label={field.label}
          description={isOutOfSight ? t('access.unnamedHelp') : field.help}
          placeholder={isOutOfSight ? t('access.notVisible') : isFilledIn ? filledIn : undefined}
          error={fieldState.error?.message}
          autoFocus={autoFocus}
        />
      )}
    />
  );
}
