import { MultiSelect, NativeSelect, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import type { ValueSetting } from '@/records/field-types/added-types';
import { currencyOptions } from '@/records/fields/currencies';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from './field-dialog';
import { hasSetting } from './model/field-draft';
import { OptionsEditor } from './options-editor';

/** Settings that are single numbers or texts. */
const SIMPLE = ['scale', 'min', 'max', 'maxLength', 'pattern'] as const satisfies ValueSetting[];
/** They decide how values are stored. */
const FIXED: ReadonlySet<string> = new Set(['scale', 'references', 'linksTo', 'currency']);

/** What a field of this type can say about its values. */
export function TypeSettings(props: FieldPartProps) {
  const { draft, isNew, set, problemOf } = props;
  const { t, i18n } = useTranslation('fields');
  const objects = useObjects();
  const has = (setting: ValueSetting) => hasSetting(draft.type, setting);
  const isFixed = (setting: string) => !isNew && FIXED.has(setting);
  const described = (setting: ValueSetting) => ({
    label: t(`settings.${setting}`),
    description: isFixed(setting) ? t('settings.fixed') : t(`settings.${setting}Help`),
    disabled: isFixed(setting),
    error: problemOf(setting),
  });
  const targets = objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }));
  const simple = SIMPLE.filter(has);
  return (
    <>
      {has('options') && !has('linksTo') ? <OptionsEditor {...props} /> : null}
      {has('references') ? (
        <NativeSelect
          {...described('references')}
          withAsterisk
          data={[{ value: '', label: t('settings.chooseObject') }, ...targets]}
          value={draft.references}
          onChange={(event) => set({ references: event.currentTarget.value })}
        />
      ) : null}
      {has('linksTo') ? (
        <MultiSelect
          {...described('linksTo')}
          withAsterisk
          data={targets}
          value={draft.linksTo}
          onChange={(linksTo) => set({ linksTo })}
        />
      ) : null}
      {has('options') && has('linksTo') ? <OptionsEditor {...props} /> : null}
      {has('currency') ? (
        <Select
          {...described('currency')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('settings.clear') }}
          placeholder={t('settings.baseCurrency')}
          data={currencyOptions(i18n.language)}
          value={draft.currency || null}
          onChange={(currency) => set({ currency: currency ?? '' })}
        />
      ) : null}
      {simple.length ? (
        <div className={parts['pair']}>
          {simple.map((setting) => (
            <TextInput
              key={setting}
              {...described(setting)}
              inputMode={setting === 'pattern' ? 'text' : 'decimal'}
              value={draft[setting]}
              onChange={(event) => set({ [setting]: event.currentTarget.value })}
            />
          ))}
        </div>
      ) : null}
    </>
  );
}
