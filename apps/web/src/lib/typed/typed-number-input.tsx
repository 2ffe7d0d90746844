import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { decimalsOf, type NumberLimits, readNumber } from './readings';
import { type TypedInputProps, TypedTextInput } from './typed-text-input';
import type { UnreadText } from './unread-text';

interface TypedNumberInputProps extends TypedInputProps, NumberLimits {
  /** Decimal text, `''` for none. */
  value: string | UnreadText;
  onChange: (value: string | UnreadText) => void;
  /** Without group separators, for years and the like. */
  isUngrouped?: boolean;
}

/** A number or amount, typed in the company's locale. */
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
