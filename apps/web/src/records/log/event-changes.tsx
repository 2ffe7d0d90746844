import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type AccessNotes, labelFromKey } from '../access/field-visibility';
import { FieldValue } from '../fields/field-value';
import { type FieldDescription, fieldOf, isReference, type ObjectDescription } from '../object-description';
import classes from './event-changes.module.css';

/** Before and after of one field; a side is missing where there is none (create, delete). */
export type Changes = Record<string, { before?: unknown; after?: unknown }>;

interface EventChangesProps {
  changes: Changes;
  /** What the event was about; undefined where no object describes its fields. */
  object?: ObjectDescription | undefined;
  /** What was withheld of the record. */
  access?: AccessNotes | undefined;
  /** What a field is called that no object describes. */
  labelOf?: ((key: string) => string) | undefined;
  /** The record around it: amounts find their currency there. */
  record?: Record<string, unknown> | undefined;
}

const isBlank = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** Fields that changed, each with its value before and after. Draws nothing where nothing did. */
export function EventChanges({ changes, object, access = {}, labelOf, record }: EventChangesProps) {
  const { t } = useTranslation('records');
  const shown = Object.entries(changes).filter(
    ([, { before, after }]) => !(isBlank(before) && isBlank(after)),
  );
  if (shown.length === 0) return null;
  return (
    <dl className={classes['changes']}>
      {shown.map(([key, { before, after }]) => {
        const field = (object && fieldOf(object, key)) ?? undescribed(key, labelOf);
        const side = (value: unknown) =>
          object || isBlank(value) ? (
            <FieldValue
              field={field}
              value={value}
              visibility={access[key] ?? 'clear'}
              isPlain
              {...(record && { record: { ...record, meta: undefined } })}
            />
          ) : (
            <span className={classes['plain']}>{plainText(value)}</span>
          );
        return (
          <div key={key} className={classes['change']}>
            <dt>{field.label}</dt>
            <dd>
              {isBlank(before) ? null : (
                <>
                  <span className={classes['before']}>{side(before)}</span>
                  <IconArrowRight size={13} aria-label={t('history.became')} role="img" />
                </>
              )}
              <span className={classes['after']}>{side(after)}</span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const undescribed = (key: string, labelOf = labelFromKey): FieldDescription => ({
  key,
  label: labelOf(key),
  type: 'text',
  required: false,
  readOnly: true,
});

/** A value that no description explains, as text: several by comma, anything deeper as JSON. */
function plainText(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return value.join(', ');
  if (isReference(value) && value.name) return value.name;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
