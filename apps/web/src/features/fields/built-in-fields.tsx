import { useTranslation } from 'react-i18next';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { typeIcon } from '@/records/field-types/added-types';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import { FieldMarks } from './field-marks';
import classes from './fields.module.css';

/** The fields that the product itself gives an object. They are shown, so that nobody adds them again. */
export function BuiltInFields({
  object,
  isWanted,
}: {
  object: ObjectDescription;
  isWanted: (field: FieldDescription) => boolean;
}) {
  const { t } = useTranslation('fields');
  const shown = object.fields.filter(
    (field) => !field.key.startsWith(CUSTOM_PREFIX) && !field.isAdded && !field.isSystem && isWanted(field),
  );
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="built-in-fields" className={classes['builtIn']}>
      <div className={classes['head']}>
        <h3 id="built-in-fields" className={classes['heading']}>
          {t('builtIn')}
        </h3>
      </div>
      <ul className={classes['rows']}>
        {shown.map((field) => {
          const Icon = typeIcon(field.type);
          return (
            <li key={field.key} className={classes['row']} data-fixed>
              <Icon size={16} aria-hidden className={classes['icon']} />
              <span className={classes['what']}>
                <span className={classes['name']}>{field.label}</span>
                <span className={classes['sub']}>{t(`types.${field.type}.label`)}</span>
              </span>
              <FieldMarks required={field.required} isReadOnly={field.readOnly && !field.viewOnly} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
