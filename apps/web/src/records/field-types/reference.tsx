import { Initials } from '@pellucid/ui';
import { isUnnamed } from '../access/field-visibility';
import { NotVisible } from '../access/withheld-marks';
import { knownObject } from '../api/describe-objects';
import classes from '../fields/field-value.module.css';
import { OptionPill } from '../fields/option-pill';
import { RecordLink } from '../fields/record-link';
import { type FieldDescription, isReference, type RecordReference } from '../object-description';
import type { WebFieldType } from './web-field-type';

export const reference: WebFieldType = {
  show: ({ field, value, isPlain }) =>
    isReference(value) ? (
      <ReferenceValue field={field} value={value} isPlain={isPlain} />
    ) : (
      <span>{String(value)}</span>
    ),
};

function ReferenceValue({
  field,
  value,
  isPlain,
}: {
  field: FieldDescription;
  value: RecordReference;
  isPlain?: boolean;
}) {
  const target = knownObject(field.references);
  const { name } = value;
  if (isUnnamed(value)) return <NotVisible />;
  const { mark = 'none', isPerson = false } = target?.presentation ?? {};
  if (mark === 'pill') return <OptionPill label={name} value={name} />;
  const content = (
    <>
      {mark === 'avatar' ? <Initials name={name} size={18} isRound={isPerson} /> : null}
      <span className="pl-truncate">{name}</span>
    </>
  );
  if (isPlain || !target) return <span className={classes['reference']}>{content}</span>;
  return (
    <RecordLink to={`${target.path}/${value.id}`} className={classes['reference']}>
      {content}
    </RecordLink>
  );
}
