import '@mantine/dates/styles.css';
import 'dayjs/locale/de';
import { DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import localizedFormat from 'dayjs/plugin/localizedFormat';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import type { TypedInputProps } from '@/lib/typed/typed-text-input';
import { fromZonedTime, toZonedTime } from '@/lib/format/zoned-time';

dayjs.extend(localizedFormat);

interface DateTimeFieldProps extends TypedInputProps {
  isRequired: boolean;
  /** An ISO instant. */
  value: string | null;
  onChange: (value: string | null) => void;
}

/** An instant in the company's time zone. */
export default function DateTimeField({ isRequired, value, onChange, ...shared }: DateTimeFieldProps) {
  const formats = useFormats();
  const { t, i18n } = useTranslation('records');
  return (
    <DateTimePicker
      {...shared}
      locale={i18n.language}
      clearable={!isRequired}
      clearButtonProps={{ 'aria-label': t('picker.clear') }}
      popoverProps={{ shadow: 'md' }}
      valueFormat="lll"
      value={value ? toZonedTime(value, formats.zone) : null}
      onChange={(local) => onChange(local ? fromZonedTime(local, formats.zone) : null)}
    />
  );
}
