import { Autocomplete, Checkbox, MultiSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useObject } from '../api/describe-objects';
import { type FieldDescription, isReference, type RecordReference } from '../object-description';
import { currencyCodes } from './currencies';
import { MultiReferencePicker, ReferencePicker } from './reference-picker';

// Calendars weigh as much as all other inputs together.
const DateField = lazy(() => import('./date-field'));

export interface FieldInputProps {
  field: FieldDescription;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Shown above; without it the field's label names the input to assistive technology only. */
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

/** Separators as the locale writes numbers. */
function separators(locale: string): { thousandSeparator: string; decimalSeparator: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(-12_345.6);
  const find = (type: string) => parts.find((part) => part.type === type)?.value;
  return { thousandSeparator: find('group') ?? ',', decimalSeparator: find('decimal') ?? '.' };
}

/** The input that suits a field's type. Values: see `toWireValue`. */
export function FieldInput({ field, value, onChange, ...props }: FieldInputProps) {
  const formats = useFormats();
  const { t } = useTranslation('records');
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
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value);
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
        <NumberInput
          {...shared}
          {...separators(formats.locale)}
          {...(/year/i.test(field.key) && { thousandSeparator: '' })}
          hideControls
          min={field.min}
          max={field.max}
          value={text}
          onValueChange={({ value: typed }, { source }) => {
            if (String(source) !== 'event') return;
            onChange(field.type === 'money' || typed === '' ? typed : Number(typed));
          }}
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
    case 'datetime':
      return (
        <Suspense fallback={<TextInput {...shared} value="" readOnly />}>
          <DateField
            {...shared}
            hasTime={field.type === 'datetime'}
            isRequired={field.required}
            value={text || null}
            onChange={onChange}
          />
        </Suspense>
      );
    case 'select':
      if (field.openOptions) {
        // Suggestions by label, written by value; anything else is a new value.
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
            data={currencyCodes()}
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
