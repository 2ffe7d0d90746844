import classes from '../fields/field-value.module.css';
import { ShownLink } from '../fields/shown-link';
import { isLinkedRecord } from '../object-description';
import type { WebFieldType } from './web-field-type';

export const links: WebFieldType = {
  track: [200, 1.5],
  show: ({ field, value, isPlain }) => (
    <span className={classes['links']}>
      {(value as unknown[]).filter(isLinkedRecord).map((link) => (
        <ShownLink key={`${link.object}/${link.id}`} field={field} link={link} isPlain={isPlain} />
      ))}
    </span>
  ),
};
