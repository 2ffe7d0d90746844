import { isUnnamed } from '../access/field-visibility';
import { NotVisible } from '../access/withheld-marks';
import { knownObject } from '../api/describe-objects';
import type { LinkedRecord } from '../object-description';
import classes from './field-value.module.css';
import { RecordLink } from './record-link';

/** A record of any object: its object and its name, which leads to it. */
export function ShownLink({ link, isPlain }: { link: LinkedRecord; isPlain?: boolean | undefined }) {
  const target = knownObject(link.object);
  if (isUnnamed(link)) return <NotVisible />;
  const content = (
    <>
      {target ? <span className={classes['object']}>{target.label}</span> : null}
      <span className="pl-truncate">{link.name}</span>
    </>
  );
  if (isPlain || !target) return <span className={classes['reference']}>{content}</span>;
  return (
    <RecordLink to={`${target.path}/${link.id}`} className={classes['reference']}>
      {content}
    </RecordLink>
  );
}
