import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { toZonedTime } from '@/lib/format/zoned-time';
import { type CalendarEvent, isBar } from './calendar-events';

const HOUR = 3_600_000;
const clock = (instant: number, zone: string) =>
  toZonedTime(new Date(instant).toISOString(), zone).slice(11, 16);

/** How the calendar writes days and times. */
export function useEventWords() {
  const { t, i18n } = useTranslation('calendar');
  const { locale, zone } = useFormats();
  const short = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: zone });
  const withZone = new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: zone,
  });
  const day = (text: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(i18n.language, { ...options, timeZone: 'UTC' }).format(
      new Date(`${text}T00:00:00Z`),
    );
  /** The days from the first to the last, with what they share written once. */
  const days = (first: string, last: string) =>
    new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(
      new Date(`${first}T00:00:00Z`),
      new Date(`${last}T00:00:00Z`),
    );
  /** A time of day. If the clock shows it twice on that day, it says which one. */
  const time = (instant: number) => {
    const own = clock(instant, zone);
    const isTwice = [-HOUR, HOUR].some((step) => clock(instant + step, zone) === own);
    return (isTwice ? withZone : short).format(instant);
  };
  const longDay = (text: string) => day(text, { weekday: 'long', day: 'numeric', month: 'long' });
  /** When an event takes place, in words. */
  const when = ({ at, from, to }: Pick<CalendarEvent, 'at' | 'from' | 'to'>) => {
    const span = from === to ? longDay(from) : `${longDay(from)} – ${longDay(to)}`;
    return at ? `${span}, ${time(at.start)} – ${time(at.end)}` : span;
  };
  /** What people hear of an event. */
  const label = (event: CalendarEvent, person: string | undefined) =>
    [
      t(event.object.key === 'opportunity' ? 'closing' : 'named', {
        object: event.object.label,
        name: event.title,
      }),
      when(event),
      person,
      event.isDone ? t('done') : undefined,
    ]
      .filter(Boolean)
      .join(', ');
  /** The time in front of a title, where there is little room. */
  const brief = (event: CalendarEvent) => (event.at && !isBar(event) ? time(event.at.start) : '');
  /** An hour of the axis: "9 AM". @param text "09:00" */
  const hour = (text: string) =>
    new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(
      new Date(`1970-01-01T${text}:00Z`),
    );
  return { day, days, longDay, time, when, label, brief, hour };
}

export type EventWords = ReturnType<typeof useEventWords>;
