import { currencyIn } from '../object-description';
import type { WebFieldType } from './web-field-type';

export const money: WebFieldType = {
  track: [128, 1],
  show({ field, value, record }, formats) {
    const currency = currencyIn(field, record ?? {}) ?? (field.keptIn ? record?.[field.keptIn] : undefined);
    // Without the currency there is only a number to show: it isn't in the base currency.
    const isUntold = field.ownCurrency && !field.currencyField;
    return (
      <span className="pl-num">
        {isUntold
          ? formats.number(String(value))
          : formats.money(String(value), currency as string | undefined)}
      </span>
    );
  },
};
