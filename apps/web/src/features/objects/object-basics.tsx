import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { nameFromLabel, pathFromLabel } from '@/lib/forms/name-from-label';
import { OTHER_LANGUAGES } from '@/lib/i18n/label-languages';
import type { ObjectPartProps } from './object-dialog';

/** Labels of an object, and its name and path in the API. */
export function ObjectBasics({ draft, isNew, set, problemOf }: ObjectPartProps) {
  const { t } = useTranslation('objects');
  const { label, pluralLabel, name, plural } = draft;
  return (
    <>
      <div className={parts['pair']}>
        <TextInput
          label={t('settings.label')}
          placeholder={isNew ? t('settings.labelExample') : undefined}
          withAsterisk
          maxLength={100}
          data-autofocus
          value={label}
          error={problemOf('label')}
          onChange={({ currentTarget: { value } }) =>
            // The name follows the label until somebody types another one.
            set({
              label: value,
              ...(isNew && name === nameFromLabel(label) ? { name: nameFromLabel(value) } : {}),
            })
          }
        />
        <TextInput
          label={t('settings.pluralLabel')}
          placeholder={isNew ? t('settings.pluralLabelExample') : undefined}
          withAsterisk
          maxLength={100}
          value={pluralLabel}
          error={problemOf('pluralLabel')}
          onChange={({ currentTarget: { value } }) =>
            set({
              pluralLabel: value,
              ...(isNew && plural === pathFromLabel(pluralLabel) ? { plural: pathFromLabel(value) } : {}),
            })
          }
        />
        {OTHER_LANGUAGES.flatMap((language) => [
          <TextInput
            key={language}
            label={t(`settings.labelIn.${language}`)}
            maxLength={100}
            placeholder={label}
            value={draft.labels[language] ?? ''}
            error={problemOf('labels')}
            onChange={(event) => set({ labels: { ...draft.labels, [language]: event.currentTarget.value } })}
          />,
          <TextInput
            key={`${language} plural`}
            label={t(`settings.pluralLabelIn.${language}`)}
            maxLength={100}
            placeholder={pluralLabel}
            value={draft.pluralLabels[language] ?? ''}
            error={problemOf('pluralLabels')}
            onChange={(event) =>
              set({ pluralLabels: { ...draft.pluralLabels, [language]: event.currentTarget.value } })
            }
          />,
        ])}
        {isNew
          ? (['name', 'plural'] as const).map((key) => (
              <TextInput
                key={key}
                label={t(`settings.${key}`)}
                description={t(`settings.${key}Help`)}
                withAsterisk
                maxLength={50}
                value={draft[key]}
                error={problemOf(key)}
                onChange={(event) => set({ [key]: event.currentTarget.value })}
              />
            ))
          : null}
      </div>
      {isNew ? null : (
        <Text size="sm">
          {t('settings.nameIs')} <code>{name}</code> · {t('settings.pathIs')} <code>/{plural}</code>
        </Text>
      )}
    </>
  );
}
