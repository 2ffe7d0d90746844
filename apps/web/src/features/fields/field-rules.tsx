import { SegmentedControl, Stack, Switch } from '@mantine/core';
import { FIELD_TYPES, isMatchable } from '@pellucid/conditions';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UnreadText } from '@/lib/typed/unread-text';
import { toWireValue } from '@/records/fields/wire-value';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
import { ConditionSetting } from '@/records/filters/condition-setting';
import type { FieldPartProps } from './field-dialog';

const FieldInput = lazy(() =>
  import('@/records/fields/field-input').then(({ FieldInput }) => ({ default: FieldInput })),
);

type Need = 'never' | 'always' | 'if';

/** When a field is shown and must have a value, what a new record has, and whether values are unique. */
export function FieldRules({ object, draft, set, problemOf }: FieldPartProps) {
  const { t } = useTranslation('fields');
  const [need, setNeed] = useState<Need>(draft.isRequired ? 'always' : draft.requiredIf ? 'if' : 'never');
  const { requiredIf: _, ...withoutRequiredIf } = draft;
  // Conditions ask other fields.
  const others: ObjectDescription = {
    ...object,
    fields: object.fields.filter(({ key }) => key !== `custom.${draft.name}`),
  };
  return (
    <fieldset className={parts['group']}>
      <legend className={parts['legend']}>{t('rules.title')}</legend>
      <Stack gap={6}>
        <span id="field-need" className={parts['label']}>
          {t('rules.required')}
        </span>
        <SegmentedControl
          aria-labelledby="field-need"
          size="xs"
          value={need}
          data={(['never', 'always', 'if'] as const).map((value) => ({
            value,
            label: t(`rules.need.${value}`),
          }))}
          onChange={(value) => {
            setNeed(value as Need);
            set({
              ...withoutRequiredIf,
              requiredIf: value === 'if' ? draft.requiredIf : undefined,
              isRequired: value === 'always',
            } as Partial<typeof draft>);
          }}
        />
        {need === 'if' ? (
          <ConditionSetting
            object={others}
            label={t('rules.requiredIf')}
            description={t('rules.requiredIfHelp')}
            value={draft.requiredIf}
            error={problemOf('requiredIf') ?? problemOf('required')}
            onChange={(requiredIf) => set({ requiredIf } as Partial<typeof draft>)}
          />
        ) : null}
      </Stack>
      <ConditionSetting
        object={others}
        label={t('rules.visibleIf')}
        description={t('rules.visibleIfHelp')}
        value={draft.visibleIf}
        error={problemOf('visibleIf')}
        onChange={(visibleIf) => set({ visibleIf } as Partial<typeof draft>)}
      />
      <DefaultValue draft={draft} set={set} problemOf={problemOf} />
      {isMatchable(draft.type) ? (
        <Switch
          label={t('rules.unique')}
          description={draft.uniqueRefused ? t('rules.uniqueRefused') : t('rules.uniqueHelp')}
          checked={draft.isUnique}
          error={problemOf('unique')}
          onChange={(event) => set({ isUnique: event.currentTarget.checked })}
        />
      ) : null}
    </fieldset>
  );
}

/** The value of a new record, with the input that records will have. */
function DefaultValue({ draft, set, problemOf }: Pick<FieldPartProps, 'draft' | 'set' | 'problemOf'>) {
  const { t } = useTranslation('fields');
  const [unread, setUnread] = useState<UnreadText | undefined>();
  const { family } = FIELD_TYPES[draft.type];
  const options = draft.options
    .filter(({ label, isRetired }) => label.trim() && !isRetired)
    .map(({ value, label }) => ({ value: value ?? label.trim(), label: label.trim() }));
  // Records of other objects come and go, so they make no lasting default.
  if (draft.references || family === 'reference' || family === 'link' || family === 'links') return null;
  const field: FieldDescription = {
    key: `custom.${draft.name}`,
    label: t('rules.default'),
    type: draft.type,
    required: false,
    readOnly: false,
    ...(options.length ? { options } : {}),
    ...(draft.scale && { scale: Number(draft.scale) }),
    ...(draft.currency && { currency: draft.currency }),
  };
  return (
    <Suspense fallback={null}>
      <FieldInput
        field={field}
        label={t('rules.default')}
        description={t('rules.defaultHelp')}
        error={problemOf('default')}
        value={unread ?? draft.default ?? null}
        onChange={(value) => {
          setUnread(value instanceof UnreadText ? value : undefined);
          if (value instanceof UnreadText) return;
          const wire = toWireValue(field, value);
          const isNone = wire === null || wire === false || (Array.isArray(wire) && wire.length === 0);
          set({ default: isNone ? undefined : wire });
        }}
      />
    </Suspense>
  );
}
