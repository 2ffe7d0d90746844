import '@mantine/dates/styles.css';
import 'dayjs/locale/de';
import { DateInput, DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat';
import localizedFormat from 'dayjs/plugin/localizedFormat';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { fromZonedTime, toZonedTime } from '@/lib/format/zoned-time';

dayjs.extend(localizedFormat);
// People type dates as their language writes them.
dayjs.extend(customParseFormat);

interface DateFieldProps {
  label?: ReactNode;
  'aria-label'?: string;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  disabled?: boolean;
  size: 'xs' | 'sm';
  autoFocus?: boolean;
  withAsterisk?: boolean;
  onBlur?: () => void;
  hasTime: boolean;
  isRequired: boolean;
  /** "2026-03-01", or an ISO instant where it has a time. */
  value: string | null;
  onChange: (value: string | null) => void;
}

/** A day, or an instant as the clocks of the company show it. */
export default function DateField({ hasTime, isRequired, value, onChange, ...shared }: DateFieldProps) {
  const formats = useFormats();
  const { t, i18n } = useTranslation('records');
  const common = {
    ...shared,
    locale: i18n.language,
    clearable: !isRequired,
    clearButtonProps: { 'aria-label': t('picker.clear') },
    popoverProps: { shadow: 'md' as const },
  };
  if (!hasTime) return <DateInput {...common} valueFormat="ll" value={value} onChange={onChange} />;
  return (
    <DateTimePicker
      {...common}
      valueFormat="lll"
      value={value ? toZonedTime(value, formats.zone) : null}
      onChange={(local) => onChange(local ? fromZonedTime(local, formats.zone) : null)}
    />
  );
}
