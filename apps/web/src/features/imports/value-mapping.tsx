import { Badge, Collapse, Group, Select, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listRecords } from '@/records/api/list-records';
import { useObject } from '@/records/api/describe-objects';
import { recordKeys } from '@/records/api/record-keys';
import { choosable } from '@/records/fields/people-to-choose';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { bothConditions } from '@/records/filters/filter-model';
import {
  type FieldDescription,
  fieldOf,
  mayCreate,
  type ObjectDescription,
  recordName,
} from '@/records/object-description';
import type { InspectedColumn, UnknownReference } from './api/import.types';
import { type ColumnChoice, unknownNames, unknownOptions } from './import-choices';
import { isOrigin, lookupKeys, RECORD_ID } from './import-targets';
import classes from './import-wizard.module.css';

/** Chosen for a value whose cell is to be emptied. */
const EMPTY = '$empty';

interface ValuesProps {
  column: InspectedColumn;
  field: FieldDescription;
  choice: ColumnChoice;
  onChange: (change: Partial<ColumnChoice>) => void;
}

/** Sets or removes the replacement of a value. Undefined removes it. */
function withValue(
  values: ColumnChoice['values'],
  from: string,
  to: string | null | undefined,
): ColumnChoice['values'] {
  const { [from]: _, ...rest } = values;
  return to === undefined ? rest : { ...rest, [from]: to };
}

function Disclosure({ label, toCheck, children }: { label: string; toCheck: number; children: ReactNode }) {
  const { t } = useTranslation('imports');
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <UnstyledButton
        className={classes['disclosure']}
        aria-expanded={isOpen}
        onClick={() => setOpen((open) => !open)}
      >
        <IconChevronDown
          size={14}
          aria-hidden
          data-open={isOpen || undefined}
          className={classes['chevron']}
        />
        {label}
        {toCheck > 0 ? (
          <Badge size="sm" color="yellow" variant="dot">
            {t('values.toCheck', { count: toCheck })}
          </Badge>
        ) : null}
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <div className={classes['values']}>{children}</div>
      </Collapse>
    </div>
  );
}

/** Maps the values of a column to a field's options. */
export function OptionValues({
  column,
  field,
  choice,
  createsOptions,
  onChange,
  onCreatesOptions,
}: ValuesProps & { createsOptions: boolean; onCreatesOptions: (creates: boolean) => void }) {
  const { t } = useTranslation('imports');
  const distinct = column.distinctValues ?? [];
  const unknown = new Set(unknownOptions(field, distinct));
  const open = [...unknown].filter((value) => !Object.hasOwn(choice.values, value));
  const takesNew = field.openOptions === true;
  const toCheck = takesNew && createsOptions ? 0 : open.length;
  if (distinct.length === 0) return null;
  const sorted = [...distinct].sort((a, b) => Number(unknown.has(b)) - Number(unknown.has(a)));
  return (
    <Disclosure label={t('values.title', { count: distinct.length })} toCheck={toCheck}>
      {unknown.size > 0 && takesNew ? (
        <Select
          size="xs"
          label={t('values.unknownOptions')}
          data={[
            { value: 'error', label: t('values.optionError') },
            { value: 'create', label: t('values.optionCreate') },
          ]}
          value={createsOptions ? 'create' : 'error'}
          allowDeselect={false}
          onChange={(value) => onCreatesOptions(value === 'create')}
        />
      ) : null}
      {sorted.map((value) => {
        const meant = Object.hasOwn(choice.values, value) ? choice.values[value] : undefined;
        return (
          <div key={value} className={classes['value']} data-unknown={unknown.has(value) || undefined}>
            <span className="pl-truncate">{value}</span>
            <Select
              size="xs"
              aria-label={t('values.meaningOf', { value })}
              placeholder={unknown.has(value) ? t('values.choose') : t('values.asIs')}
              data={[...(field.options ?? []), { value: EMPTY, label: t('values.empty') }]}
              value={meant === null ? EMPTY : (meant ?? null)}
              clearable
              searchable
              onChange={(next) =>
                onChange({
                  values: withValue(choice.values, value, next === EMPTY ? null : (next ?? undefined)),
                })
              }
            />
          </div>
        );
      })}
    </Disclosure>
  );
}

/** Whether the user may look records up by this field. */
const mayFind = (target: ObjectDescription, key: string): boolean =>
  fieldOf(target, key) !== undefined && fieldOf(target, key)?.filterable !== false;

/** Old records may have been created by people who left. */
const peopleFor = (field: FieldDescription) => (isOrigin(field.key) ? 'all' : 'present');

/** How the values of a column refer to other records, and what happens to unknown ones. */
export function ReferenceValues({ column, field, choice, onChange }: ValuesProps) {
  const { t } = useTranslation('imports');
  const target = useObject(field.references);
  const distinct = column.distinctValues ?? [];
  const found = useQuery({
    queryKey: [...recordKeys.lists(target?.path ?? ''), 'named', field.key, choice.by, distinct],
    queryFn: async ({ signal }) => {
      if (!target) return [];
      // The API knows people by their e-mail address as well.
      const { emailField } = target;
      const isByEmail = choice.by === 'name' && emailField !== undefined && mayFind(target, emailField);
      const keys = [choice.by, ...(isByEmail ? [emailField] : [])];
      const named = { any: keys.map((key) => ({ field: key, op: 'in' as const, value: distinct })) };
      const filter = bothConditions(named, choosable(target, peopleFor(field)));
      const page = await listRecords(target.path, { filter, limit: 200 }, undefined, signal);
      return page.data.flatMap((record) =>
        keys.map((key) => String(record[key] ?? (key === 'name' ? recordName(target, record) : ''))),
      );
    },
    enabled:
      target !== undefined &&
      distinct.length > 0 &&
      (choice.by === 'name' || fieldOf(target, choice.by) !== undefined),
    retry: false,
  });
  if (!target) return null;
  const unknown = new Set(found.data ? unknownNames(found.data, distinct) : []);
  const open = [...unknown].filter((value) => !Object.hasOwn(choice.values, value));
  const policies: UnknownReference[] = mayCreate(target) ? ['create', 'empty', 'error'] : ['empty', 'error'];
  const sorted = [...distinct].sort((a, b) => Number(unknown.has(b)) - Number(unknown.has(a)));
  return (
    <>
      <Group gap="xs" grow preventGrowOverflow={false} wrap="nowrap" mt={6}>
        <Select
          size="xs"
          label={t('reference.by')}
          data={lookupKeys(target).map((key) => ({
            value: key,
            label:
              key === 'name'
                ? target.emailField
                  ? t('reference.nameOrEmail')
                  : (fieldOf(target, 'name')?.label ?? t('reference.name'))
                : (fieldOf(target, key)?.label ??
                  t(key === RECORD_ID ? 'mapping.recordId' : 'reference.externalId')),
          }))}
          value={choice.by}
          allowDeselect={false}
          onChange={(by) => by && onChange({ by })}
        />
        <Select
          size="xs"
          label={t('reference.unknown')}
          data={policies.map((value) => ({
            value,
            label: t(`reference.policy.${value}`, { object: target.label }),
          }))}
          value={choice.unknown}
          allowDeselect={false}
          onChange={(policy) => policy && onChange({ unknown: policy as UnknownReference })}
        />
      </Group>
      {distinct.length ? (
        <Disclosure
          label={t('values.title', { count: distinct.length })}
          toCheck={choice.unknown === 'error' ? open.length : 0}
        >
          {found.data && unknown.size === 0 ? (
            <Text size="xs" c="dimmed">
              {t('values.allKnown')}
            </Text>
          ) : null}
          {sorted.map((value) => {
            const meant = Object.hasOwn(choice.values, value) ? choice.values[value] : undefined;
            return (
              <div key={value} className={classes['value']} data-unknown={unknown.has(value) || undefined}>
                <span className="pl-truncate">{value}</span>
                {unknown.has(value) || Object.hasOwn(choice.values, value) ? (
                  <ReferencePicker
                    size="xs"
                    object={target}
                    aria-label={t('values.meaningOf', { value })}
                    placeholder={t('values.choose')}
                    canCreate={false}
                    people={peopleFor(field)}
                    value={meant ? { id: meant, name: meant } : null}
                    onChange={(record) => onChange({ values: withValue(choice.values, value, record?.name) })}
                  />
                ) : (
                  <Text size="xs" c="dimmed">
                    {found.data ? t('values.known') : ''}
                  </Text>
                )}
              </div>
            );
          })}
        </Disclosure>
      ) : null}
    </>
  );
}
