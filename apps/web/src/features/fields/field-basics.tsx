import { Autocomplete, Button, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from './field-dialog';
import { fieldIcon } from './field-icons';
import classes from './fields.module.css';
import { nameFromLabel, OTHER_LANGUAGES } from './model/field-draft';

/** Label, name, help and section of a field. */
export function FieldBasics({
  object,
  draft,
  isNew,
  set,
  problemOf,
  onRetype,
}: FieldPartProps & { onRetype: (() => void) | undefined }) {
  const { t } = useTranslation('fields');
  const kind = draft.computed ?? draft.type;
  const Icon = fieldIcon(kind);
  const sections = [
    ...new Set(object.fields.flatMap(({ section, isSystem }) => (section && !isSystem ? section : []))),
  ];
  return (
    <>
      <div className={classes['chosen']}>
        <Icon size={17} aria-hidden />
        <span className={parts['what']}>
          <span className={parts['name']}>{t(`types.${kind}.label`)}</span>
          <span className={parts['sub']}>{t(`types.${kind}.text`)}</span>
        </span>
        {onRetype ? (
          <Button size="compact-xs" variant="default" onClick={onRetype}>
            {t('dialog.otherType')}
          </Button>
        ) : null}
      </div>
      <div className={parts['pair']}>
        <TextInput
          label={t('settings.label')}
          withAsterisk
          maxLength={100}
          data-autofocus
          value={draft.label}
          error={problemOf('label')}
          onChange={(event) => {
            const label = event.currentTarget.value;
            // The name follows the label until somebody types another one.
            const follows = isNew && draft.name === nameFromLabel(draft.label);
            set({ label, ...(follows ? { name: nameFromLabel(label) } : {}) });
          }}
        />
        {OTHER_LANGUAGES.map((language) => (
          <TextInput
            key={language}
            label={t(`settings.labelIn.${language}`)}
            maxLength={100}
            placeholder={draft.label}
            value={draft.labels[language] ?? ''}
            error={problemOf('labels')}
            onChange={(event) => set({ labels: { ...draft.labels, [language]: event.currentTarget.value } })}
          />
        ))}
      </div>
      {isNew ? (
        <TextInput
          label={t('settings.name')}
          description={t('settings.nameHelp')}
          withAsterisk
          maxLength={50}
          value={draft.name}
          error={problemOf('name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
      ) : (
        <Text size="sm">
          {t('settings.nameIs')} <code>custom.{draft.name}</code>
        </Text>
      )}
      <div className={parts['pair']}>
        <Textarea
          label={t('settings.help')}
          autosize
          minRows={1}
          maxLength={500}
          value={draft.help}
          error={problemOf('help')}
          onChange={(event) => set({ help: event.currentTarget.value })}
        />
        {OTHER_LANGUAGES.map((language) => (
          <Textarea
            key={language}
            label={t(`settings.helpIn.${language}`)}
            autosize
            minRows={1}
            maxLength={500}
            value={draft.helps[language] ?? ''}
            error={problemOf('helps')}
            onChange={(event) => set({ helps: { ...draft.helps, [language]: event.currentTarget.value } })}
          />
        ))}
      </div>
      <Autocomplete
        label={t('settings.section')}
        description={t('settings.sectionHelp')}
        data={sections}
        maxLength={100}
        value={draft.section}
        error={problemOf('section')}
        onChange={(section) => set({ section })}
      />
    </>
  );
}
