import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import type { RecordData } from '@/records/object-description';
import { dayOf, daysLater, hasTime } from './my-day';
import classes from './my-day.module.css';

/** When an activity is planned: its time today, else its day; days that have passed are marked. */
export function ActivityWhen({ record }: { record: RecordData }) {
  const { t } = useTranslation('activities');
  const formats = useFormats();
  const today = formats.today();
  const day = dayOf(record, formats.zone);
  if (day === undefined) return null;
  const start = record['startsAt'];
  const time =
    hasTime(record) && typeof start === 'string'
      ? new Intl.DateTimeFormat(formats.locale, { timeStyle: 'short', timeZone: formats.zone }).format(
          new Date(start),
        )
      : '';
  const dayText =
    day === today
      ? time
        ? ''
        : t('day.today')
      : day === daysLater(today, 1)
        ? t('day.tomorrow')
        : formats.date(day);
  return (
    <span className={classes['when']} data-late={day < today || undefined}>
      {day < today ? <IconAlertCircle size={14} role="img" aria-label={t('section.overdue')} /> : null}
      {[dayText, time].filter(Boolean).join(', ')}
    </span>
  );
}
