import { Text } from '@mantine/core';
import type { FieldType } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import { ADDED_TYPES } from '@/records/field-types/added-types';
import parts from '@/app/shell/settings-parts.module.css';
import type { ComputedKind } from './api/custom-fields';
import { COMPUTED_ICONS, fieldIcon } from './field-icons';
import classes from './fields.module.css';

const TYPES = Object.keys(ADDED_TYPES) as FieldType[];
const CHOICES: (FieldType | ComputedKind)[] = [
  ...TYPES.filter((type) => ADDED_TYPES[type]),
  ...(Object.keys(COMPUTED_ICONS) as ComputedKind[]),
];

/** The types of fields, and the ways to work values out, each with what it is for. */
export function TypeChoice({ onChoose }: { onChoose: (choice: FieldType | ComputedKind) => void }) {
  const { t } = useTranslation('fields');
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t('dialog.chooseType')}
      </Text>
      <div className={classes['types']}>
        {CHOICES.map((choice) => {
          const Icon = fieldIcon(choice);
          return (
            <button
              key={choice}
              type="button"
              className={classes['type']}
              aria-describedby={`type-${choice}`}
              aria-label={t(`types.${choice}.label`)}
              onClick={() => onChoose(choice)}
            >
              <Icon size={17} aria-hidden />
              <span className={parts['what']}>
                <span className={parts['name']}>{t(`types.${choice}.label`)}</span>
                <span id={`type-${choice}`} className={parts['sub']}>
                  {t(`types.${choice}.text`)}
                </span>
              </span>
            </button>
          );
        })}
      </div>
    </>
  );
}
