import { NativeSelect, Text } from '@mantine/core';
import { FIELD_TYPES } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import { type FieldDescription, fieldOf, type ObjectDescription } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
import { ConditionSetting } from '@/records/filters/condition-setting';
import type { FieldPartProps } from '../field-dialog';
import type { RollupDraft } from '../model/computed-draft';

const FUNCTIONS = ['count', 'sum', 'min', 'max'] as const;
const PARTS = ['object', 'field', 'fn', 'of', 'filter'];

/** The fields of an object by which its records refer to another. */
function referencesTo({ fields }: ObjectDescription, target: string): FieldDescription[] {
  return fields.filter(
    ({ references, linksTo, filterable, isSystem }) =>
      filterable && !isSystem && (references === target || linksTo?.includes(target)),
  );
}

/** The fields that a function can add up or compare. */
function valuesFor(fn: RollupDraft['fn'], { fields }: ObjectDescription): FieldDescription[] {
  const families = fn === 'sum' ? ['decimal'] : ['decimal', 'date', 'datetime'];
  return fields.filter(
    ({ type, filterable, encrypted, isSystem, isAdded, ownCurrency, comparedBy }) =>
      filterable &&
      !encrypted &&
      !isSystem &&
      !isAdded &&
      families.includes(FIELD_TYPES[type].family) &&
      // Amounts in several currencies can't be added up.
      (!ownCurrency || comparedBy !== undefined),
  );
}

/** What a roll-up counts, adds up or compares: records of another object that refer to this one. */
export function RollupEditor({ object, draft: { rollup }, set, problemOf }: FieldPartProps) {
  const { t } = useTranslation('fields');
  const objects = useObjects().filter((other) => referencesTo(other, object.key).length > 0);
  const counted = objects.find(({ key }) => key === rollup.object);
  const change = (next: Partial<RollupDraft>) => set({ rollup: { ...rollup, ...next } });
  const whole = PARTS.some((part) => problemOf(`rollup/${part}`)) ? undefined : problemOf('rollup');
  const references = counted ? referencesTo(counted, object.key) : [];
  const values = counted ? valuesFor(rollup.fn, counted) : [];
  const asOptions = (fields: FieldDescription[]) => fields.map(({ key, label }) => ({ value: key, label }));
  if (objects.length === 0)
    return <Text size="sm">{t('rollup.noObject', { objects: object.pluralLabel })}</Text>;
  return (
    <>
      {whole ? (
        <Text size="sm" c="var(--pl-bad)" role="alert">
          {whole}
        </Text>
      ) : null}
      <div className={parts['pair']}>
        <NativeSelect
          label={t('rollup.object')}
          description={t('rollup.objectHelp', { object: object.label })}
          withAsterisk
          data={[
            { value: '', label: t('settings.chooseObject') },
            ...objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel })),
          ]}
          value={rollup.object}
          error={problemOf('rollup/object')}
          onChange={(event) => {
            const next = objects.find(({ key }) => key === event.currentTarget.value);
            const field = next ? referencesTo(next, object.key)[0]!.key : '';
            change({ object: next?.key ?? '', field, of: '', filter: undefined });
          }}
        />
        <NativeSelect
          label={t('rollup.field')}
          description={t('rollup.fieldHelp', { object: object.label })}
          disabled={!counted}
          data={asOptions(references)}
          value={rollup.field}
          error={problemOf('rollup/field')}
          onChange={(event) => change({ field: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('rollup.fn')}
          data={FUNCTIONS.map((fn) => ({ value: fn, label: t(`rollup.functions.${fn}`) }))}
          value={rollup.fn}
          error={problemOf('rollup/fn')}
          onChange={(event) => {
            const fn = event.currentTarget.value as RollupDraft['fn'];
            const isKept =
              fn !== 'count' && counted && valuesFor(fn, counted).some(({ key }) => key === rollup.of);
            change({ fn, of: isKept ? rollup.of : '' });
          }}
        />
        {rollup.fn === 'count' ? null : (
          <NativeSelect
            label={t(`rollup.of.${rollup.fn}`)}
            withAsterisk
            disabled={!counted}
            data={[{ value: '', label: t('rollup.chooseField') }, ...asOptions(values)]}
            value={rollup.of}
            error={problemOf('rollup/of')}
            onChange={(event) => change({ of: event.currentTarget.value })}
          />
        )}
      </div>
      {counted && rollup.fn !== 'count' && fieldOf(counted, rollup.of)?.comparedBy ? (
        <Text size="xs" c="dimmed">
          {t('rollup.inBase')}
        </Text>
      ) : null}
      {counted ? (
        <ConditionSetting
          object={counted}
          label={t('rollup.filter')}
          description={t('rollup.filterHelp', { objects: counted.pluralLabel })}
          value={rollup.filter}
          error={problemOf('rollup/filter')}
          onChange={(filter) => change({ filter })}
        />
      ) : null}
    </>
  );
}
