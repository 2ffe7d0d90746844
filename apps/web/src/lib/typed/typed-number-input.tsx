import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { decimalsOf, type NumberLimits, readNumber } from './readings';
import { type TypedInputProps, TypedTextInput } from './typed-text-input';
import type { UnreadText } from './unread-text';

interface TypedNumberInputProps extends TypedInputProps, NumberLimits {
  /** Decimal text, `''` for none. */
  value: string | UnreadText;
  onChange: (value: string | UnreadText) => void;
  /** Years and the like: without group marks. */
  isUngrouped?: boolean;
}

/** A number or an amount, typed as the company's locale writes it. */
export function TypedNumberInput({
  decimals,
  currency,
  min,
  max,
  isPercent,
  isUngrouped,
  ...input
}: TypedNumberInputProps) {
  const formats = useFormats();
  const { t } = useTranslation('app');
  const limits = { decimals, currency, min, max, isPercent };
  const isWhole = decimalsOf(limits) === 0;
  const edit = (value: string) => (value === '' ? '' : formats.editableNumber(value, isUngrouped));
  return (
    <TypedTextInput
      {...input}
      inputMode={isWhole && min !== undefined && min >= 0 ? 'numeric' : 'decimal'}
      read={(text) => readNumber(text, limits, formats, t)}
      show={(value) => (currency === undefined ? edit(value) : formats.moneyExact(value, currency))}
      edit={edit}
    />
  );
}
