import { MultiSelect, NativeSelect, Text } from '@mantine/core';
import { FIELD_TYPES } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import type { ObjectPartProps } from './object-dialog';

/** The choice that no stage follows. No option of a field has this value: values are not empty. */
const LAST = '';

/** Which stages follow which, and what records need in them. Shown once the object has a select field. */
export function StageSettings({ draft, described, set, problemOf }: ObjectPartProps) {
  const { t } = useTranslation('objects');
  const { stageField, moves, requires } = draft;
  const own = (described?.fields ?? []).filter(({ readOnly }) => !readOnly);
  const selects = own.filter(
    ({ options, references, type }) => options && !references && FIELD_TYPES[type].family === 'choice',
  );
  const field = selects.find(({ key }) => key === stageField);
  if (!selects.length && !stageField) return null;
  const stages = field?.options ?? [];
  const move = (stage: string, values: string[]) => {
    const { [stage]: _, ...others } = moves;
    // The last choice wins: "none" replaces the others, and the other way round.
    if (values.at(-1) === LAST) return set({ moves: { ...others, [stage]: [] } });
    const next = values.filter((value) => value !== LAST);
    set({ moves: next.length ? { ...others, [stage]: next } : others });
  };
  return (
    <fieldset className={parts['group']}>
      <legend className={parts['legend']}>{t('stages.title')}</legend>
      <NativeSelect
        label={t('stages.field')}
        description={t('stages.fieldHelp')}
        error={problemOf('stages')}
        data={[
          { value: '', label: t('stages.noField') },
          ...selects.map(({ key, label }) => ({ value: key, label })),
          ...(stageField && !field ? [{ value: stageField, label: stageField }] : []),
        ]}
        value={stageField}
        onChange={(event) => set({ stageField: event.currentTarget.value, moves: {}, requires: {} })}
      />
      {stages.map(({ value: stage, label }) => {
        const next = moves[stage];
        const needed = requires[stage] ?? [];
        const shown = next?.length === 0 ? [LAST] : (next ?? []);
        return (
          <section key={stage} aria-label={label}>
            <Text size="sm" fw={600} mb={4}>
              {label}
            </Text>
            <div className={parts['pair']}>
              <MultiSelect
                size="xs"
                label={t('stages.next')}
                placeholder={shown.length ? undefined : t('stages.any')}
                data={[
                  ...stages
                    .filter(({ value }) => value !== stage)
                    .map(({ value, label: text }) => ({ value, label: text })),
                  { value: LAST, label: t('stages.last') },
                ]}
                value={shown}
                onChange={(values) => move(stage, values)}
              />
              <MultiSelect
                size="xs"
                label={t('stages.requires')}
                placeholder={needed.length ? undefined : t('stages.nothing')}
                searchable
                data={own
                  .filter(({ key }) => key !== stageField)
                  .map(({ key, label: text }) => ({ value: key, label: text }))}
                value={needed}
                onChange={(keys) => set({ requires: { ...requires, [stage]: keys } })}
              />
            </div>
          </section>
        );
      })}
    </fieldset>
  );
}
