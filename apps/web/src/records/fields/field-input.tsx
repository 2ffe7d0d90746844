import { Autocomplete, Checkbox, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import { UnreadText } from '@/lib/typed/unread-text';
import { useObject } from '../api/describe-objects';
import { type FieldDescription, isReference, type RecordReference } from '../object-description';
import { currencyOptions } from './currencies';
import { MultiReferencePicker, ReferencePicker } from './reference-picker';

// Calendars are as large as all other inputs together.
const DateTimeField = lazy(() => import('./date-time-field'));
const TypedDateInput = lazy(() => import('@/lib/typed/typed-date-input'));

export interface FieldInputProps {
  field: FieldDescription;
  value: unknown;
  /** @param isPicked for a date: whether it was picked in the calendar and is therefore complete */
  onChange: (value: unknown, isPicked?: boolean) => void;
  /** For an amount whose currency is in another field: that currency, if known. */
  currency?: string | undefined;
  /** Shown above the input. If left out, only assistive technology gets the field's label. */
  label?: ReactNode;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  isDisabled?: boolean;
  autoFocus?: boolean;
  size?: 'xs' | 'sm';
  onBlur?: () => void;
  canCreate?: boolean;
}

/** The input for a field's type. Values: see `toWireValue`; `UnreadText` while a typed text can't be read. */
export function FieldInput({ field, value, onChange, ...props }: FieldInputProps) {
  const formats = useFormats();
  const { t, i18n } = useTranslation('records');
  const target = useObject(field.references);
  const shared = {
    label: props.label,
    'aria-label': props.label ? undefined : field.label,
    description: props.description,
    error: props.error,
    placeholder: props.placeholder,
    disabled: props.isDisabled,
    size: props.size ?? ('sm' as const),
    autoFocus: props.autoFocus,
    withAsterisk: Boolean(props.label) && field.required,
    onBlur: props.onBlur,
  };
  const text =
    typeof value === 'string'
      ? value
      : value === null || value === undefined || value instanceof UnreadText
        ? ''
        : String(value);
  switch (field.type) {
    case 'longText':
      return (
        <Textarea
          {...shared}
          autosize
          minRows={3}
          maxRows={12}
          value={text}
          onChange={(e) => onChange(e.currentTarget.value)}
        />
      );
    case 'number':
    case 'money':
      return (
        <TypedNumberInput
          {...shared}
          isUngrouped={/year/i.test(field.key)}
          isPercent={field.label.includes('%')}
          decimals={field.scale}
          currency={
            field.type !== 'money' ? undefined : field.currencyField ? props.currency : formats.baseCurrency
          }
          min={field.min}
          max={field.max}
          value={value instanceof UnreadText ? value : text}
          onChange={(typed) =>
            onChange(
              field.type === 'money' || typeof typed !== 'string' || typed === '' ? typed : Number(typed),
            )
          }
        />
      );
    case 'boolean':
      return (
        <Checkbox
          label={props.label ?? undefined}
          aria-label={props.label ? undefined : field.label}
          description={props.description}
          error={props.error}
          disabled={props.isDisabled}
          checked={Boolean(value)}
          onChange={(event) => onChange(event.currentTarget.checked)}
          onBlur={props.onBlur}
        />
      );
    case 'date':
      return (
        <Suspense fallback={<TextInput {...shared} value="" readOnly />}>
          <TypedDateInput
            {...shared}
            value={value instanceof UnreadText ? value : text}
            onChange={(day, isPicked) => onChange(day === '' ? null : day, isPicked)}
          />
        </Suspense>
      );
    case 'datetime':
      return (
        <Suspense fallback={<TextInput {...shared} value="" readOnly />}>
          <DateTimeField {...shared} isRequired={field.required} value={text || null} onChange={onChange} />
        </Suspense>
      );
    case 'select':
      if (field.openOptions) {
        // Suggests options by label and writes their value. Any other text is a new value.
        const options = field.options ?? [];
        const shown = options.find((option) => option.value === text)?.label ?? text;
        return (
          <Autocomplete
            openOnFocus={false}
            {...shared}
            data={[...new Set(options.map((option) => option.label))]}
            value={shown}
            maxLength={field.maxLength}
            onChange={(next) => onChange(options.find((option) => option.label === next)?.value ?? next)}
          />
        );
      }
      return (
        <Select
          {...shared}
          data={field.options ?? []}
          value={text || null}
          clearable={!field.required}
          clearButtonProps={{ 'aria-label': t('picker.clear') }}
          searchable={(field.options?.length ?? 0) > 7}
          limit={60}
          onChange={(next) => onChange(next)}
        />
      );
    case 'multiSelect':
      if (target) {
        return (
          <MultiReferencePicker
            {...props}
            aria-label={field.label}
            object={target}
            value={(Array.isArray(value) ? value : []).filter(isReference)}
            onChange={onChange}
          />
        );
      }
      return (
        <MultiSelect
          {...shared}
          data={field.options ?? []}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={onChange}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('picker.clear') }}
        />
      );
    case 'reference':
      if (!target) return <TextInput {...shared} value={isReference(value) ? value.name : text} disabled />;
      return (
        <ReferencePicker
          {...props}
          aria-label={field.label}
          isRequired={field.required}
          object={target}
          value={isReference(value) ? (value as RecordReference) : null}
          onChange={onChange}
        />
      );
    default:
      if (field.key === 'currency') {
        return (
          <Select
            {...shared}
            data={currencyOptions(i18n.language)}
            searchable
            limit={40}
            value={text || null}
            onChange={(next) => onChange(next)}
          />
        );
      }
      return (
        <TextInput
          {...shared}
          type={
            field.type === 'email'
              ? 'email'
              : field.type === 'phone'
                ? 'tel'
                : field.type === 'url'
                  ? 'url'
                  : 'text'
          }
          maxLength={field.maxLength}
          autoComplete="off"
          data-autofocus={props.autoFocus || undefined}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
