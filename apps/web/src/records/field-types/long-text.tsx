import classes from '../fields/field-value.module.css';
import type { WebFieldType } from './web-field-type';

export const longText: WebFieldType = {
  widget: 'textarea',
  show: ({ value, isPlain }) => (
    <span className={isPlain ? 'pl-truncate' : classes['longText']}>{String(value)}</span>
  ),
};
