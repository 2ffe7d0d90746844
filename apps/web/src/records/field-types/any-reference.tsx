import { ShownLink } from '../fields/shown-link';
import { isLinkedRecord } from '../object-description';
import type { WebFieldType } from './web-field-type';

export const anyReference: WebFieldType = {
  track: [200, 1.5],
  show: ({ field, value, isPlain }) =>
    isLinkedRecord(value) ? (
      <ShownLink field={field} link={value} isPlain={isPlain} />
    ) : (
      <span>{String(value)}</span>
    ),
};
