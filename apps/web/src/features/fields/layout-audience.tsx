import { MultiSelect, NativeSelect } from '@mantine/core';
import { FIELD_TYPES } from '@pellucid/conditions';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { roleName, rolesQuery } from '@/lib/roles';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import classes from './layouts.module.css';
import type { LayoutDraft } from './model/layout-draft';

export interface LayoutPartProps {
  object: ObjectDescription;
  draft: LayoutDraft;
  setDraft: (change: (draft: LayoutDraft) => LayoutDraft) => void;
}

/** Who a layout is for, and for which records. */
export function LayoutAudience({ object, draft, setDraft }: LayoutPartProps) {
  const { t } = useTranslation('fields');
  const roles = useQuery(rolesQuery).data ?? [];
  const known = new Set(roles.map(({ id }) => id));
  const { recordType } = draft;
  const types = object.fields.filter(
    ({ type, options, references }) =>
      options?.length && !references && FIELD_TYPES[type].family === 'choice',
  );
  const field = recordType ? fieldOf(object, recordType.field) : undefined;
  return (
    <div className={classes['audience']}>
      <MultiSelect
        size="xs"
        label={t('layouts.roles')}
        placeholder={draft.roles.length ? undefined : t('layouts.everybody')}
        data={[
          ...roles.map((role) => ({ value: role.id, label: roleName(role) })),
          ...draft.roles
            .filter((id) => !known.has(id))
            .map((id) => ({ value: id, label: t('layouts.deletedRole') })),
        ]}
        value={draft.roles}
        onChange={(ids) => setDraft((current) => ({ ...current, roles: ids }))}
      />
      <NativeSelect
        size="xs"
        label={t('layouts.recordType')}
        value={recordType?.field ?? ''}
        data={[
          { value: '', label: t('layouts.allRecords') },
          ...types.map(({ key, label }) => ({ value: key, label: t('layouts.byField', { field: label }) })),
        ]}
        onChange={(event) => {
          const key = event.currentTarget.value;
          const value = fieldOf(object, key)?.options?.[0]?.value ?? '';
          setDraft((current) => ({ ...current, recordType: key ? { field: key, value } : null }));
        }}
      />
      {recordType ? (
        <NativeSelect
          size="xs"
          label={field?.label ?? recordType.field}
          value={recordType.value}
          data={(field?.options ?? []).map(({ value, label }) => ({ value, label }))}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setDraft((current) => ({ ...current, recordType: { field: recordType.field, value } }));
          }}
        />
      ) : null}
    </div>
  );
}
