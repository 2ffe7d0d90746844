import type { WebFieldType } from './web-field-type';

export const money: WebFieldType = {
  track: [128, 1],
  show({ field, value, record }, formats) {
    const currencyKey = field.currencyField ?? field.keptIn;
    const currency = currencyKey ? record?.[currencyKey] : undefined;
    return <span className="pl-num">{formats.money(String(value), currency as string | undefined)}</span>;
  },
};
