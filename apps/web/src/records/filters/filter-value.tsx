import { Select, TagsInput, MultiSelect } from '@mantine/core';
import { FIELD_TYPES, OPERATORS, type Operator, type RecordLink } from '@pellucid/conditions';
import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useObject, useObjects } from '../api/describe-objects';
import { recordQuery } from '../api/get-record';
import { readDate, readNumber } from '@/lib/typed/readings';
import { TypedListInput } from '@/lib/typed/typed-list-input';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import { UnreadText } from '@/lib/typed/unread-text';
import { useFormats } from '@/lib/format/formats';
import { WEB_FIELD_TYPES } from '../field-types';
import { FieldInput } from '../fields/field-input';
import { type FieldDescription, isLinkedRecord, recordName } from '../object-description';
import classes from './filter-builder.module.css';
import { ReferenceIds } from './reference-ids';

interface ValueEditorProps {
  field: FieldDescription;
  op: Operator;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** Edits what a condition compares with, by the operator's number of values and the field's type. */
export function ValueEditor({ field, op, value, onChange }: ValueEditorProps) {
  const { t } = useTranslation('records');
  const target = useObject(field.references);
  const { family, isMultiline } = FIELD_TYPES[field.type];
  const plain = { ...field, required: false };
  const { baseCurrency } = useFormats();
  const currency = field.ownCurrency && !field.comparedBy ? undefined : (field.currency ?? baseCurrency);
  const note = field.comparedBy ? t('filter.byValue', { currency: baseCurrency }) : undefined;
  switch (OPERATORS[op].arity) {
    case 'none':
      return null;
    case 'days':
      return (
        <TypedNumberInput
          size="xs"
          min={1}
          decimals={0}
          aria-label={`${t('filter.days')} (${t('filter.daysUnit')})`}
          value={value instanceof UnreadText ? value : typeof value === 'number' ? String(value) : ''}
          onChange={(next) =>
            onChange(typeof next !== 'string' ? next : next === '' ? undefined : Number(next))
          }
        />
      );
    case 'two': {
      const [low, high] = Array.isArray(value) ? value : [];
      return (
        <div className={classes['pair']}>
          <FieldInput
            size="xs"
            field={{ ...plain, label: t('filter.from') }}
            value={low}
            currency={currency}
            description={note}
            onChange={(next) => onChange([next, high])}
          />
          <FieldInput
            size="xs"
            field={{ ...plain, label: t('filter.to') }}
            value={high}
            currency={currency}
            description={note}
            onChange={(next) => onChange([low, next])}
          />
        </div>
      );
    }
    case 'list':
      if (field.linksTo)
        return (
          <LinksToCompare field={plain} values={Array.isArray(value) ? value : []} onChange={onChange} />
        );
      if (target)
        return (
          <ReferenceIds
            target={target}
            people="all"
            ids={Array.isArray(value) ? value.map(String) : []}
            onChange={onChange}
          />
        );
      if (field.options) {
        return (
          <MultiSelect
            size="xs"
            aria-label={field.label}
            data={field.options}
            value={Array.isArray(value) ? value.map(String) : []}
            onChange={onChange}
          />
        );
      }
      if (family === 'decimal' || family === 'date')
        return <TypedValues field={field} value={value} onChange={onChange} />;
      return (
        <TagsInput
          size="xs"
          aria-label={field.label}
          placeholder={t('filter.values')}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={onChange}
        />
      );
    default:
      if (field.linksTo)
        return (
          <LinksToCompare
            field={plain}
            values={value ? [value as LinkToCompare] : []}
            isSingle
            onChange={(values) => onChange(values[0])}
          />
        );
      if (target) {
        const ids = typeof value === 'string' ? [value] : [];
        return (
          <ReferenceIds
            target={target}
            people="all"
            ids={ids}
            isSingle
            onChange={(next) => onChange(next[0])}
          />
        );
      }
      if (family === 'boolean') {
        return (
          <Select
            size="xs"
            aria-label={field.label}
            data={[
              { value: 'true', label: t('value.yes') },
              { value: 'false', label: t('value.no') },
            ]}
            value={typeof value === 'boolean' ? String(value) : null}
            onChange={(next) => onChange(next === null ? undefined : next === 'true')}
          />
        );
      }
      if (family === 'set' && field.options) {
        return (
          <Select
            size="xs"
            aria-label={field.label}
            data={field.options}
            value={(value as string) ?? null}
            onChange={onChange}
          />
        );
      }
      return (
        <FieldInput
          size="xs"
          field={plain}
          widget={isMultiline ? 'text' : undefined}
          value={value}
          currency={currency}
          description={note}
          onChange={onChange}
        />
      );
  }
}

/** What links are compared with: a record, perhaps in a role, or any record in a role. */
type LinkToCompare = RecordLink | { role: string };

const isRecord = (value: LinkToCompare): value is RecordLink => 'object' in value;

/** Records of any objects to compare with, and roles. Conditions hold no names, so they are looked up for display. */
function LinksToCompare({
  field,
  values,
  isSingle = false,
  onChange,
}: {
  field: FieldDescription;
  values: LinkToCompare[];
  isSingle?: boolean;
  onChange: (values: LinkToCompare[]) => void;
}) {
  const { t } = useTranslation('records');
  const objects = useObjects();
  const links = values.filter(isRecord);
  const roles = values.filter((value) => !isRecord(value));
  const targets = links.map(({ object }) => objects.find(({ key }) => key === object));
  const queries = useQueries({
    queries: links.map(({ id }, n) => ({
      ...recordQuery(targets[n]?.path ?? '', id),
      enabled: targets[n] !== undefined,
    })),
  });
  const value = links.map((link, n) => {
    const record = queries[n]?.data;
    return { ...link, name: record && targets[n] ? recordName(targets[n], record) : '…' };
  });
  const pick = (next: unknown) => {
    const picked = [next ?? []]
      .flat()
      .filter(isLinkedRecord)
      .map(({ name: _, ...link }) => link);
    onChange(isSingle ? picked : [...picked, ...roles]);
  };
  const records = (
    <FieldInput
      size="xs"
      field={field}
      widget={isSingle ? 'link' : 'links'}
      canCreate={false}
      noRole={t('filter.anyRole')}
      value={isSingle ? (value[0] ?? null) : value}
      onChange={pick}
    />
  );
  if (!field.options?.length) return records;
  return (
    <div className={classes['links']}>
      {records}
      <MultiSelect
        size="xs"
        label={t('filter.anyInRole')}
        data={field.options.map((option) => ({ value: option.value, label: option.label }))}
        value={roles.map(({ role }) => role!)}
        onChange={(next) =>
          onChange([...(isSingle ? [] : links), ...next.slice(isSingle ? -1 : 0).map((role) => ({ role }))])
        }
      />
    </div>
  );
}

/** Several numbers, amounts or dates to compare with. */
function TypedValues({
  field,
  value,
  onChange,
}: {
  field: FieldDescription;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const formats = useFormats();
  const { t } = useTranslation('app');
  const { family, isAmount } = FIELD_TYPES[field.type];
  const { fromDecimal = String } = WEB_FIELD_TYPES[field.type];
  const isByValue = isAmount && !(field.ownCurrency && !field.comparedBy);
  const currency = isByValue ? (field.currency ?? formats.baseCurrency) : undefined;
  const isDate = family === 'date';
  return (
    <TypedListInput
      description={
        field.comparedBy ? t('records:filter.byValue', { currency: formats.baseCurrency }) : undefined
      }
      aria-label={field.label}
      placeholder={t('records:filter.values')}
      value={Array.isArray(value) ? value.map(String) : []}
      read={(text) =>
        isDate
          ? readDate(text, formats, t)
          : readNumber(text, { decimals: field.scale, currency, min: field.min, max: field.max }, formats, t)
      }
      show={(stored) =>
        isDate
          ? formats.date(stored)
          : currency
            ? formats.money(stored, currency)
            : formats.editableNumber(stored)
      }
      ask={(text, readings) => t('typed.canMean', { text, readings: readings.join(' · ') })}
      onChange={(next) => onChange(next.map((typed) => fromDecimal(typed, field)))}
    />
  );
}
