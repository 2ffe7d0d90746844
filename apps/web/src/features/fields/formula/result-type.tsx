import { NativeSelect, Select, Text, TextInput } from '@mantine/core';
import type { FormulaPreview } from '@pellucid/api-client';
import { FIELD_TYPES, type FieldType } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import { ADDED_TYPES } from '@/records/field-types/added-types';
import { currencyOptions } from '@/records/fields/currencies';
import { useFormats } from '@/lib/format/formats';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from '../field-dialog';
import { hasSetting } from '../model/field-draft';

/** The type of a formula's result. A new field can show numbers as amounts or percent. */
export function ResultType({
  draft,
  isNew,
  set,
  problemOf,
  result,
}: FieldPartProps & { result: FormulaPreview }) {
  const { t, i18n } = useTranslation('fields');
  const { baseCurrency } = useFormats();
  const typeText = (type: FieldType) => t(`types.${type}.label`);
  const { family } = FIELD_TYPES[result.type];
  const choices = (Object.keys(ADDED_TYPES) as FieldType[]).filter(
    (type) => ADDED_TYPES[type] && FIELD_TYPES[type].family === family,
  );
  const isDecimal = family === 'decimal';
  return (
    <>
      <Text size="sm" role="status">
        {t('formula.result', { type: typeText(result.type) })}
        {result.scale === undefined ? null : ` ${t('formula.decimals', { count: result.scale })}`}
      </Text>
      {isNew && isDecimal ? (
        <div className={parts['pair']}>
          <NativeSelect
            label={t('formula.shownAs')}
            description={t('formula.shownAsHelp')}
            data={choices.map((type) => ({ value: type, label: typeText(type) }))}
            value={draft.valueType ?? draft.type}
            error={problemOf('valueType')}
            onChange={(event) => {
              const type = event.currentTarget.value as FieldType;
              const currency = hasSetting(type, 'currency') ? draft.currency || (baseCurrency ?? '') : '';
              set({ type, valueType: type, currency });
            }}
          />
          {hasSetting(draft.type, 'currency') ? (
            <Select
              label={t('settings.currency')}
              description={t('settings.currencyHelp')}
              searchable
              allowDeselect={false}
              data={currencyOptions(i18n.language)}
              value={draft.currency || null}
              error={problemOf('currency')}
              onChange={(currency) => set({ currency: currency ?? '' })}
            />
          ) : (
            <TextInput
              label={t('settings.scale')}
              description={t('settings.scaleHelp')}
              inputMode="numeric"
              maxLength={1}
              placeholder={String(result.scale ?? '')}
              value={draft.scale}
              error={problemOf('scale')}
              onChange={(event) => set({ scale: event.currentTarget.value })}
            />
          )}
        </div>
      ) : null}
    </>
  );
}
