import { Text } from '@mantine/core';
import type { FieldType } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import { ADDED_TYPES } from '@/records/field-types/added-types';
import classes from './fields.module.css';

/** The types of fields, each with what it is for. */
export function TypeChoice({ onChoose }: { onChoose: (type: FieldType) => void }) {
  const { t } = useTranslation('fields');
  const types = Object.entries(ADDED_TYPES) as [FieldType, (typeof ADDED_TYPES)[FieldType]][];
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t('dialog.chooseType')}
      </Text>
      <div className={classes['types']}>
        {types.map(([type, added]) =>
          added ? (
            <button
              key={type}
              type="button"
              className={classes['type']}
              aria-describedby={`type-${type}`}
              aria-label={t(`types.${type}.label`)}
              onClick={() => onChoose(type)}
            >
              <added.icon size={17} aria-hidden />
              <span className={classes['what']}>
                <span className={classes['name']}>{t(`types.${type}.label`)}</span>
                <span id={`type-${type}`} className={classes['sub']}>
                  {t(`types.${type}.text`)}
                </span>
              </span>
            </button>
          ) : null,
        )}
      </div>
    </>
  );
}
