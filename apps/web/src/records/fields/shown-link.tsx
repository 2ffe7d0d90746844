import { isUnnamed } from '../access/field-visibility';
import { NotVisible } from '../access/withheld-marks';
import { knownObject } from '../api/describe-objects';
import type { FieldDescription, LinkedRecord } from '../object-description';
import classes from './field-value.module.css';
import { optionLabel } from './option-pill';
import { RecordLink } from './record-link';

interface ShownLinkProps {
  field: FieldDescription;
  link: LinkedRecord;
  isPlain?: boolean | undefined;
}

/** A record of any object: its object and its name, which leads to it, and the role that the link says. */
export function ShownLink({ field, link, isPlain }: ShownLinkProps) {
  const target = knownObject(link.object);
  const isOnlyObject = field.linksTo?.length === 1;
  const role = link.role ? <span className={classes['role']}>{optionLabel(field, link.role)}</span> : null;
  if (isUnnamed(link))
    return (
      <span className={classes['reference']}>
        <NotVisible />
        {role}
      </span>
    );
  const content = (
    <>
      {target && !isOnlyObject ? <span className={classes['object']}>{target.label}</span> : null}
      <span className="pl-truncate">{link.name}</span>
      {role}
    </>
  );
  if (isPlain || !target) return <span className={classes['reference']}>{content}</span>;
  return (
    <RecordLink to={`${target.path}/${link.id}`} className={classes['reference']}>
      {content}
    </RecordLink>
  );
}
