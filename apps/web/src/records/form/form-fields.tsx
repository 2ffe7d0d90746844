import { Skeleton } from '@mantine/core';
import { type Control, Controller, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { UnreadText } from '@/lib/typed/unread-text';
import { isUnnamed, isWritable, visibilityOf } from '../access/field-visibility';
import { WhyLink } from '../access/why-button';
import type { OwnLayout } from '../api/own-layouts';
import type { RecordRights } from '../api/record-rights';
import { FieldInput } from '../fields/field-input';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import { FormSection } from './form-section';
import { currencyKeys, sectionsOf } from './form-sections';
import classes from './record-form-drawer.module.css';
import { useFormLayout } from './use-form-layout';
import { useTakenDefault } from './use-taken-default';

/** The values of a form, by key of the field. */
export type Values = Record<string, unknown>;

/** Placeholder for the fields until it is known which of them may be changed. */
export function FieldsSkeleton() {
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

interface FormFieldsProps {
  object: ObjectDescription;
  control: Control<Values>;
  /** Set when editing. */
  record: RecordData | undefined;
  /** Values that the form started with. */
  start: Values;
  rights: RecordRights['fields'] | undefined;
  layouts: OwnLayout[] | undefined;
}

/** The inputs of a form, in the sections of the layout or of the object. */
export function FormFields({ object, control, record, start, rights, layouts }: FormFieldsProps) {
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
