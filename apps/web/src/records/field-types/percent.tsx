import type { WebFieldType } from './web-field-type';

export const percent: WebFieldType = {
  track: [104, 0.8],
  show: ({ value }, formats) => <span className="pl-num">{formats.percent(String(value))}</span>,
};
