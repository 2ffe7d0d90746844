import { IconChevronDown } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { type Control, get, useFormState } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { FieldSection } from './form-sections';
import classes from './record-form-drawer.module.css';

/** A section of a form. One that starts closed keeps its inputs, so that nothing typed is lost by closing it. It opens for a problem. */
export function FormSection({
  section,
  isFirst,
  control,
  children,
}: {
  section: FieldSection;
  /** Fields without a section need no heading at the top. */
  isFirst: boolean;
  control: Control<Record<string, unknown>>;
  children: ReactNode;
}) {
  const { t } = useTranslation('records');
  const [isOpen, setOpen] = useState(!section.isCollapsed);
  const keys = section.fields.map(({ key }) => key);
  const { errors } = useFormState({ control, name: keys });
  const hasProblem = keys.some((key) => get(errors, key));
  useEffect(() => {
    if (hasProblem) setOpen(true);
  }, [hasProblem]);
  const title = section.title ?? (section.isCollapsed || !isFirst ? t('record.details') : undefined);
  return (
    <fieldset className={classes['section']}>
      {title ? (
        <legend className={classes['legend']}>
          {section.isCollapsed ? (
            <button
              type="button"
              className={classes['toggle']}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {title}
              <IconChevronDown size={13} aria-hidden />
            </button>
          ) : (
            title
          )}
        </legend>
      ) : null}
      <div className={classes['inputs']} data-columns={section.columns} hidden={!isOpen}>
        {children}
      </div>
    </fieldset>
  );
}
