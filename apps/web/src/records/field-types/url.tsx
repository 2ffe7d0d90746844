import { ExternalLink } from '../fields/external-link';
import type { WebFieldType } from './web-field-type';

/** Only http(s) links become links. A stored "javascript:" text stays text. */
function webHref(text: string): string | undefined {
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  return URL.canParse(candidate) && /^https?:$/.test(new URL(candidate).protocol) ? candidate : undefined;
}

export const url: WebFieldType = {
  widget: 'url',
  track: [200, 1.5],
  show: ({ value, isPlain }) => (
    <ExternalLink
      href={webHref(String(value))}
      text={String(value).replace(/^https?:\/\//, '')}
      isPlain={isPlain}
    />
  ),
};
