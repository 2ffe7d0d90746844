import { ExternalLink } from '../fields/external-link';
import type { WebFieldType } from './web-field-type';

export const phone: WebFieldType = {
  widget: 'tel',
  show: ({ value, isPlain }) => (
    <ExternalLink
      href={`tel:${String(value).replace(/[^\d+]/g, '')}`}
      text={String(value)}
      isPlain={isPlain}
    />
  ),
};
