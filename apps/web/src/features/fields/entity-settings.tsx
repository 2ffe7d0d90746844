import { ActionIcon, MultiSelect, NativeSelect, Switch, TextInput, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import { shortListQuery } from '@/records/api/list-records';
import { fieldOf, LEGAL_ENTITY, type ObjectDescription, recordName } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from './field-dialog';
import classes from './fields.module.css';
import { hasSetting, type OverrideDraft } from './model/field-draft';

/** What of a field differs for records of a legal entity. Nothing where records have none. */
export function EntitySettings(props: FieldPartProps) {
  const entities = useObjects().find(({ key }) => key === fieldOf(props.object, LEGAL_ENTITY)?.references);
  return entities ? <Overrides entities={entities} {...props} /> : null;
}

function Overrides({ entities, draft, set, problemOf }: FieldPartProps & { entities: ObjectDescription }) {
  const { t } = useTranslation('fields');
  const rows = useQuery(shortListQuery(entities, { limit: 200 })).data?.data ?? [];
  const names = new Map(rows.map((row) => [row.id, recordName(entities, row)]));
  const { overrides } = draft;
  const left = rows.filter(({ id }) => !(id in overrides));
  // Companies with a single entity have nothing to tell apart.
  if (rows.length < 2 && Object.keys(overrides).length === 0) return null;
  const change = (id: string, next: OverrideDraft | undefined) => {
    const { [id]: _, ...others } = overrides;
    set({ overrides: next ? { ...overrides, [id]: next } : others });
  };
  return (
    <fieldset className={parts['group']}>
      <legend className={parts['legend']}>{t('entities.title')}</legend>
      <Text size="xs" c="dimmed">
        {t('entities.text')}
      </Text>
      {problemOf('entityOverrides') ? (
        <Text size="xs" c="var(--pl-bad)" role="alert">
          {problemOf('entityOverrides')}
        </Text>
      ) : null}
      {Object.entries(overrides).map(([id, override]) => (
        <Override
          key={id}
          name={names.get(id) ?? t('entities.unknown')}
          override={override}
          draft={draft}
          onChange={(next) => change(id, next)}
        />
      ))}
      {left.length ? (
        <NativeSelect
          size="xs"
          aria-label={t('entities.add')}
          value=""
          data={[
            { value: '', label: t('entities.add') },
            ...left.map((row) => ({ value: row.id, label: recordName(entities, row) })),
          ]}
          onChange={(event) =>
            event.currentTarget.value &&
            change(event.currentTarget.value, { label: '', isHidden: false, options: [] })
          }
        />
      ) : null}
    </fieldset>
  );
}

function Override({
  name,
  override,
  draft,
  onChange,
}: {
  name: string;
  override: OverrideDraft;
  draft: FieldPartProps['draft'];
  onChange: (next: OverrideDraft | undefined) => void;
}) {
  const { t } = useTranslation('fields');
  const required = override.required === undefined ? 'same' : override.required ? 'yes' : 'no';
  return (
    <section className={classes['override']} aria-label={name}>
      <div className={classes['chosen']}>
        <strong style={{ flex: 1 }}>{name}</strong>
        <ActionIcon size={28} aria-label={t('entities.remove', { name })} onClick={() => onChange(undefined)}>
          <IconTrash size={15} />
        </ActionIcon>
      </div>
      <div className={parts['pair']}>
        <TextInput
          size="xs"
          label={t('settings.label')}
          placeholder={draft.label}
          maxLength={100}
          value={override.label}
          onChange={(event) => onChange({ ...override, label: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          label={t('rules.required')}
          value={required}
          data={(['same', 'yes', 'no'] as const).map((value) => ({
            value,
            label: t(`entities.required.${value}`),
          }))}
          onChange={(event) => {
            const { required: _, ...others } = override;
            const { value } = event.currentTarget;
            onChange(value === 'same' ? others : { ...others, required: value === 'yes' });
          }}
        />
      </div>
      {hasSetting(draft.type, 'options') ? (
        <MultiSelect
          size="xs"
          label={t(hasSetting(draft.type, 'linksTo') ? 'roles.title' : 'entities.options')}
          placeholder={override.options.length ? undefined : t('entities.allOptions')}
          data={draft.options
            .filter(({ label }) => label.trim())
            .map(({ value, label }) => ({ value: value ?? label.trim(), label: label.trim() }))}
          value={override.options}
          onChange={(options) => onChange({ ...override, options })}
        />
      ) : null}
      <Switch
        size="xs"
        label={t('entities.hidden')}
        checked={override.isHidden}
        onChange={(event) => onChange({ ...override, isHidden: event.currentTarget.checked })}
      />
    </section>
  );
}
