import { currencyIn } from '../object-description';
import type { WebFieldType } from './web-field-type';

export const money: WebFieldType = {
  track: [128, 1],
  show({ field, value, record }, formats) {
    const currency = currencyIn(field, record ?? {}) ?? (field.keptIn ? record?.[field.keptIn] : undefined);
    return <span className="pl-num">{formats.money(String(value), currency as string | undefined)}</span>;
  },
};
