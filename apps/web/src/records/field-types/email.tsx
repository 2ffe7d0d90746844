import { ExternalLink } from '../fields/external-link';
import type { WebFieldType } from './web-field-type';

/** A mailto link. Characters such as & and ? are legal in an address but have another meaning in a link. */
const mailHref = (address: string) => `mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`;

export const email: WebFieldType = {
  widget: 'email',
  track: [200, 1.5],
  show: ({ value, isPlain }) => (
    <ExternalLink href={mailHref(String(value))} text={String(value)} isPlain={isPlain} />
  ),
};
