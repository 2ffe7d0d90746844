import { NativeSelect, Switch } from '@mantine/core';
import { FIELD_TYPES, isLink, isSet } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from './field-dialog';
import type { FieldDraft } from './model/field-draft';

const CLASSES = ['public', 'internal', 'personal', 'sensitive', 'secret'] as const;

/** How lists, searches, histories and privacy treat a field. */
export function ListSettings({ draft, isNew, set, problemOf }: FieldPartProps) {
  const { t } = useTranslation('fields');
  const { family, isMultiline } = FIELD_TYPES[draft.type];
  const isSearched = family === 'text' && !isMultiline;
  const isIndexable = !isLink(family) && !isSet(family) && family !== 'boolean';
  const switchOf = (key: 'isDefaultColumn' | 'isIndexed' | 'isSearchable' | 'isAudited', setting: string) => (
    <Switch
      label={t(`lists.${setting}`)}
      description={t(`lists.${setting}Help`)}
      checked={draft[key]}
      disabled={setting === 'searchable' && !isNew}
      error={problemOf(setting)}
      onChange={(event) => set({ [key]: event.currentTarget.checked } as Partial<FieldDraft>)}
    />
  );
  return (
    <fieldset className={parts['group']}>
      <legend className={parts['legend']}>{t('lists.title')}</legend>
      {switchOf('isDefaultColumn', 'defaultColumn')}
      {isIndexable ? switchOf('isIndexed', 'indexed') : null}
      {isSearched ? switchOf('isSearchable', 'searchable') : null}
      {switchOf('isAudited', 'audited')}
      <NativeSelect
        label={t('lists.pii')}
        description={t(`lists.piiHelp.${draft.pii}`)}
        error={problemOf('pii')}
        data={CLASSES.map((value) => ({ value, label: t(`lists.classes.${value}`) }))}
        value={draft.pii}
        onChange={(event) => set({ pii: event.currentTarget.value as FieldDraft['pii'] })}
      />
    </fieldset>
  );
}
