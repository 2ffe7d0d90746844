import { useTranslation } from 'react-i18next';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { typeIcon } from '@/records/field-types/added-types';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
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
      <div className={parts['head']}>
        <h3 id="built-in-fields" className={parts['heading']}>
          {t('builtIn')}
        </h3>
      </div>
      <ul className={parts['rows']}>
        {shown.map((field) => {
          const Icon = typeIcon(field.type);
          return (
            <li key={field.key} className={parts['row']} data-fixed>
              <Icon size={16} aria-hidden className={parts['icon']} />
              <span className={parts['what']}>
                <span className={parts['name']}>{field.label}</span>
                <span className={parts['sub']}>{t(`types.${field.type}.label`)}</span>
              </span>
              <FieldMarks required={field.required} isReadOnly={field.readOnly && !field.viewOnly} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
