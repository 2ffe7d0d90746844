import { FIELD_TYPES } from '@pellucid/conditions';
import { i18n } from '@/lib/i18n/i18n';
import { useFormats } from '@/lib/format/formats';
import { type FieldVisibility, visibilityOf } from '../access/field-visibility';
import { HiddenChip, MaskedValue } from '../access/withheld-marks';
import { WEB_FIELD_TYPES } from '../field-types';
import type { ShownValue } from '../field-types/web-field-type';
import { type FieldDescription, isReference } from '../object-description';
import classes from './field-value.module.css';

interface FieldValueProps extends ShownValue {
  /** Whether the value is withheld, if there is no record to tell. */
  visibility?: FieldVisibility;
  /** Nothing around the value names the field, so a mark without a value must. */
  isAlone?: boolean;
}

/** Whether a value is known to be empty. For a masked value that isn't text, null says nothing. */
export function isKnownEmpty(field: FieldDescription, value: unknown, visibility: FieldVisibility): boolean {
  return isBlank(value) && (visibility === 'clear' || FIELD_TYPES[field.type].family === 'text');
}

function isBlank(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** A field's value formatted by its type, or the mark of a withheld one. Renders an em dash for an empty value. */
export function FieldValue({ visibility, isAlone, ...props }: FieldValueProps) {
  const { field, value, record } = props;
  const seen = visibility ?? visibilityOf(record, field.key);
  if (seen === 'hidden') return <HiddenChip />;
  // References to invisible records have their own mark.
  const isReferring = isReference(value) || (Array.isArray(value) && value.some(isReference));
  if (seen === 'clear' || isReferring || isKnownEmpty(field, value, seen)) return <ClearValue {...props} />;
  if (isBlank(value)) return <MaskedValue label={isAlone ? field.label : undefined} />;
  return (
    <MaskedValue>
      <span className="pl-truncate">{String(value)}</span>
    </MaskedValue>
  );
}

/**
 * A single element without a subscription, because a table draws hundreds of them. After a change of language, objects
 * and rows are fetched again anyway.
 */
function EmptyValue() {
  return (
    <span role="img" aria-label={i18n.t('records:value.empty')} className={classes['empty']}>
      —
    </span>
  );
}

function showText({ value }: ShownValue) {
  return (
    <span className="pl-truncate">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</span>
  );
}

function ClearValue(props: ShownValue) {
  const formats = useFormats();
  if (isBlank(props.value)) return <EmptyValue />;
  const { show = showText } = WEB_FIELD_TYPES[props.field.type];
  return show(props, formats);
}
