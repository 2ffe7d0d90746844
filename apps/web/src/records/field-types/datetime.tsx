import type { WebFieldType } from './web-field-type';

export const datetime: WebFieldType = {
  track: [128, 1],
  show: ({ value }, formats) => (
    <time className="pl-num pl-truncate" dateTime={String(value)} title={formats.dateTime(String(value))}>
      {formats.ago(String(value))}
    </time>
  ),
};
