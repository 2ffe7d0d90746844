import { NativeSelect, TextInput } from '@mantine/core';
import { FIELD_TYPES } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { OTHER_LANGUAGES } from '@/lib/i18n/label-languages';
import { NAME } from './model/object-draft';
import type { ObjectPartProps } from './object-dialog';

/** The choice of several fields instead of one. */
const TEMPLATE = '';

/** What records are called: what people enter, the value of a field, or several fields. New objects have no fields yet. */
export function NameSettings({ draft, described, isNew, set, problemOf }: ObjectPartProps) {
  const { t } = useTranslation('objects');
  const { nameField, nameTemplate } = draft;
  const fields = (described?.fields ?? []).filter(({ key, type }) => {
    const { family, isMultiline } = FIELD_TYPES[type];
    return key.startsWith('custom.') && !isMultiline && family !== 'link' && family !== 'links';
  });
  const isKnown =
    nameField === undefined || nameField === NAME || fields.some(({ key }) => key === nameField);
  const options = fields.map(({ key, label }) => ({ value: key, label }));
  return (
    <fieldset className={parts['group']}>
      <legend className={parts['legend']}>{t('naming.title')}</legend>
      {isNew ? null : (
        <NativeSelect
          label={t('naming.by')}
          description={t('naming.byHelp')}
          error={problemOf('nameField')}
          data={[
            { value: NAME, label: t('naming.entered') },
            ...options,
            ...(isKnown ? [] : [{ value: nameField, label: nameField }]),
            ...(fields.length || nameField === undefined
              ? [{ value: TEMPLATE, label: t('naming.composed') }]
              : []),
          ]}
          value={nameField ?? TEMPLATE}
          onChange={({ currentTarget: { value } }) =>
            set({ nameField: value === TEMPLATE ? undefined : value })
          }
        />
      )}
      {nameField === undefined ? (
        <div className={parts['pair']}>
          <TextInput
            label={t('naming.template')}
            description={t('naming.templateHelp')}
            withAsterisk
            maxLength={500}
            value={nameTemplate}
            error={problemOf('nameTemplate')}
            onChange={(event) => set({ nameTemplate: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('naming.insert')}
            description={t('naming.insertHelp')}
            value=""
            data={[{ value: '', label: t('naming.chooseField') }, ...options]}
            onChange={({ currentTarget: { value } }) =>
              value && set({ nameTemplate: `${nameTemplate} {${value}}`.trim() })
            }
          />
        </div>
      ) : nameField === NAME ? (
        <div className={parts['pair']}>
          <TextInput
            label={t('naming.label')}
            placeholder={t('naming.labelDefault')}
            maxLength={100}
            value={draft.nameLabel}
            error={problemOf('nameLabel')}
            onChange={(event) => set({ nameLabel: event.currentTarget.value })}
          />
          {OTHER_LANGUAGES.map((language) => (
            <TextInput
              key={language}
              label={t(`naming.labelIn.${language}`)}
              placeholder={draft.nameLabel || t('naming.labelDefault')}
              maxLength={100}
              value={draft.nameLabels[language] ?? ''}
              error={problemOf('nameLabels')}
              onChange={(event) =>
                set({ nameLabels: { ...draft.nameLabels, [language]: event.currentTarget.value } })
              }
            />
          ))}
        </div>
      ) : null}
    </fieldset>
  );
}
