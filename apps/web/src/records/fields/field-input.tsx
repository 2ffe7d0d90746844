import { Autocomplete, Checkbox, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { FIELD_TYPES } from '@pellucid/conditions';
import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { lazyPart } from '@/lib/i18n/i18n';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import { UnreadText } from '@/lib/typed/unread-text';
import { useObject } from '../api/describe-objects';
import { WEB_FIELD_TYPES } from '../field-types';
import type { Widget } from '../field-types/web-field-type';
import {
  type FieldDescription,
  isLinkedRecord,
  isReference,
  type RecordReference,
} from '../object-description';
import { currencyOptions } from './currencies';
import { MultiReferencePicker, ReferencePicker } from './reference-picker';
import { widgetOf } from './widget-of';

// Calendars are as large as all other inputs together, and few objects have links.
const LinkPicker = lazy(() => import('./link-picker'));
const DateTimeField = lazy(() => import('./date-time-field'));
const RichTextEditor = lazyPart('notes', () => import('../rich-text/rich-text-editor'));
const TypedDateInput = lazy(() => import('@/lib/typed/typed-date-input'));

export interface FieldInputProps {
  field: FieldDescription;
  value: unknown;
  /** Another input than the one of the field's type. */
  widget?: Widget | undefined;
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
  /** For links: what one without a role says. */
  noRole?: string;
}

/** The input for a field's type. Values: see `toWireValue`; `UnreadText` while a typed text can't be read. */
export function FieldInput({
  field,
  value,
  widget = widgetOf(field),
  onChange,
  noRole,
  ...props
}: FieldInputProps) {
  const { fromDecimal = String } = WEB_FIELD_TYPES[field.type];
  const { isAmount } = FIELD_TYPES[field.type];
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
  switch (widget) {
    case 'textarea':
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
    case 'document':
      return (
        <Suspense fallback={<div style={{ minHeight: 120 }} aria-busy />}>
          <RichTextEditor
            value={value as RichTextDocument | null}
            label={field.label}
            shownLabel={shared.label}
            description={shared.description}
            error={shared.error}
            isDisabled={shared.disabled}
            isRequired={field.required}
            autoFocus={props.autoFocus}
            onChange={onChange}
          />
        </Suspense>
      );
    case 'decimal':
      return (
        <TypedNumberInput
          {...shared}
          isUngrouped={/year/i.test(field.key)}
          isPercent={field.label.includes('%')}
          decimals={field.scale}
          currency={
            isAmount
              ? (field.currency ?? (field.ownCurrency ? props.currency : formats.baseCurrency))
              : undefined
          }
          min={field.min}
          max={field.max}
          value={value instanceof UnreadText ? value : text}
          onChange={(typed) =>
            onChange(typeof typed === 'string' && typed !== '' ? fromDecimal(typed, field) : typed)
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
    case 'choice':
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
    case 'set':
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
    case 'link':
    case 'links':
      return (
        <Suspense fallback={<TextInput {...shared} value="" readOnly />}>
          <LinkPicker
            {...props}
            field={field}
            isSingle={widget === 'link'}
            noRole={noRole ?? t('picker.noRole')}
            value={[value ?? []].flat().filter(isLinkedRecord)}
            onChange={(links) => onChange(widget === 'link' ? (links[0] ?? null) : links)}
          />
        </Suspense>
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
    case 'text':
    case 'email':
    case 'tel':
    case 'url':
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
          type={widget}
          maxLength={field.maxLength}
          autoComplete="off"
          data-autofocus={props.autoFocus || undefined}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
