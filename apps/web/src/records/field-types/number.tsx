import type { WebFieldType } from './web-field-type';

export const number: WebFieldType = {
  track: [104, 0.8],
  show: ({ field, value }, formats) => (
    <span className="pl-num">
      {/year/i.test(field.key) ? String(value) : formats.number(value as number | string)}
    </span>
  ),
  fromDecimal: (decimal, field) => (field.scale ? decimal : Number(decimal)),
};
