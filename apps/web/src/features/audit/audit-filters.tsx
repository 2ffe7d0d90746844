import { Button, Select, TextInput } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFilterText } from '@/lib/forms/use-filter-text';
import { useObject, useObjects } from '@/records/api/describe-objects';
import { PersonFilter } from '@/records/fields/person-filter';
import { type ObjectDescription, PEOPLE } from '@/records/object-description';
import type { AuditFilter, FilterName } from './api/audit';
import classes from './audit-filters.module.css';
import {
  ALL_SECURITY,
  RECORD_ACTIONS,
  SECURITY_ACTIONS,
  SECURITY_OBJECTS,
  useAuditWords,
} from './audit-words';

const DateTimeField = lazy(() => import('@/records/fields/date-time-field'));

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface AuditFiltersProps {
  filter: AuditFilter;
  onChange: (next: AuditFilter) => void;
}

/** The filters of the log. Events must match all of them. */
export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const { t } = useTranslation('audit');
  const objects = useObjects();
  const words = useAuditWords();
  const member = useObject(PEOPLE);
  const described = objects.find(({ key }) => key === filter.object);
  const set = (change: Partial<Record<FilterName, string | undefined>>) => {
    const next = { ...filter, ...change };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as AuditFilter);
  };
  const known = <T extends string>(options: { value: string; label: string }[], value: T | undefined) =>
    value === undefined || options.some((option) => option.value === value) ? [] : [value];
  const recordActions = RECORD_ACTIONS.map((value) => ({ value, label: words.actionLabel(value) }));
  const securityActions = SECURITY_ACTIONS.map((value) => ({ value, label: words.actionLabel(value) }));
  const objectOptions = objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }));
  const securityOptions = [
    { value: ALL_SECURITY, label: t('filter.allSecurity') },
    ...SECURITY_OBJECTS.map((key) => ({
      value: `security.${key}`,
      label: t('filter.securityOf', { object: words.objectLabel(`security.${key}`) }),
    })),
  ];
  return (
    <fieldset className={`pl-form-row ${classes['filters']}`} aria-label={t('filter.title')}>
      <Select
        size="xs"
        label={t('filter.object')}
        placeholder={t('filter.any')}
        searchable
        clearable
        data={[
          { group: t('filter.records'), items: objectOptions },
          { group: t('filter.security'), items: securityOptions },
          ...known([...objectOptions, ...securityOptions], filter.object).map((value) => ({
            group: '',
            items: [{ value, label: words.objectLabel(value) }],
          })),
        ]}
        value={filter.object ?? null}
        onChange={(value) => set({ object: value ?? undefined, field: undefined })}
      />
      <Select
        size="xs"
        label={t('filter.field')}
        placeholder={described ? t('filter.any') : t('filter.objectFirst')}
        disabled={!described}
        searchable
        clearable
        data={fieldsOf(described)}
        value={filter.field ?? null}
        onChange={(value) => set({ field: value ?? undefined })}
      />
      <Select
        size="xs"
        label={t('filter.action')}
        placeholder={t('filter.any')}
        searchable
        clearable
        data={[
          { group: t('filter.records'), items: recordActions },
          { group: t('filter.security'), items: securityActions },
          ...known([...recordActions, ...securityActions], filter.action).map((value) => ({
            group: '',
            items: [{ value, label: words.actionLabel(value) }],
          })),
        ]}
        value={filter.action ?? null}
        onChange={(value) => set({ action: value ?? undefined })}
      />
      {member ? (
        <PersonFilter
          label={t('filter.person')}
          placeholder={t('filter.any')}
          member={member}
          id={filter.actor}
          onChange={(actor) => set({ actor })}
        />
      ) : (
        <IdFilter
          label={t('filter.person')}
          value={filter.actor}
          isUuid
          onChange={(actor) => set({ actor })}
        />
      )}
      <Suspense fallback={null}>
        <DateTimeField
          size="xs"
          label={t('filter.from')}
          placeholder={t('filter.any')}
          isRequired={false}
          value={filter.from ?? null}
          onChange={(from) => set({ from: from ?? undefined })}
        />
        <DateTimeField
          size="xs"
          label={t('filter.to')}
          placeholder={t('filter.any')}
          isRequired={false}
          value={filter.to ?? null}
          onChange={(to) => set({ to: to ?? undefined })}
        />
      </Suspense>
      <IdFilter
        label={t('filter.record')}
        value={filter.record}
        isUuid
        onChange={(record) => set({ record })}
      />
      <IdFilter
        label={t('filter.correlationId')}
        value={filter.correlationId}
        onChange={(correlationId) => set({ correlationId })}
      />
      {Object.keys(filter).length ? (
        <Button size="compact-xs" variant="subtle" className={classes['clear']} onClick={() => onChange({})}>
          {t('filter.clear')}
        </Button>
      ) : null}
    </fieldset>
  );
}

/** Fields that can be filtered by: those that are unmasked on every record. */
const fieldsOf = (object: ObjectDescription | undefined) =>
  (object?.fields ?? [])
    .filter((field) => !field.isAdded && field.access !== 'mask' && !field.varies)
    .map(({ key, label }) => ({ value: key, label }));

/** Input for an ID. Reports an invalid one instead of filtering by it. */
function IdFilter({
  label,
  value,
  isUuid = false,
  onChange,
}: {
  label: string;
  value: string | undefined;
  isUuid?: boolean;
  onChange: (value: string | undefined) => void;
}) {
  const { t } = useTranslation('audit');
  const accepts = (next: string) => !isUuid || next === '' || UUID.test(next);
  const { text, type } = useFilterText(value ?? '', (next) => onChange(next || undefined), {
    delay: 350,
    accepts,
  });
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder={t('filter.any')}
      autoComplete="off"
      spellCheck={false}
      maxLength={128}
      value={text}
      error={!accepts(text.trim()) ? t('filter.noId') : undefined}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
