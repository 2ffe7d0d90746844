import { ShownLink } from '../fields/shown-link';
import { isLinkedRecord } from '../object-description';
import type { WebFieldType } from './web-field-type';

export const anyReference: WebFieldType = {
  show: ({ field, value, isPlain }) =>
    isLinkedRecord(value) ? (
      <ShownLink field={field} link={value} isPlain={isPlain} />
    ) : (
      <span>{String(value)}</span>
    ),
};
