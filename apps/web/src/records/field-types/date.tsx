import type { WebFieldType } from './web-field-type';

export const date: WebFieldType = {
  track: [128, 1],
  show: ({ value }, formats) => <span className="pl-num">{formats.date(String(value))}</span>,
};
