import { StateMessage } from '@pellucid/ui';
import { IconCalendarWeek } from '@tabler/icons-react';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './grids.module.css';
import { CalendarContext } from './calendar-context';
import type { CalendarEvent } from './calendar-events';
import { EventChip } from './event-chip';

/** The days that have events, below each other. */
export function Agenda({ days, events }: { days: string[]; events: CalendarEvent[] }) {
  const { t } = useTranslation('calendar');
  const { words, today } = useContext(CalendarContext);
  const byDay = days.map((day) => ({ day, own: events.filter(({ from, to }) => from <= day && day <= to) }));
  const shown = byDay.filter(({ day, own }) => own.length || day === today);
  if (!events.length)
    return (
      <StateMessage icon={<IconCalendarWeek size={20} />} title={t('empty.title')} text={t('empty.text')} />
    );
  return (
    <div className={classes['agenda']}>
      {shown.map(({ day, own }) => (
        <section key={day} aria-labelledby={`agenda-${day}`} className={classes['agendaDay']}>
          <h2 id={`agenda-${day}`} className={classes['agendaHead']}>
            {words.longDay(day)}
            {day === today ? <span className={classes['agendaToday']}>{t('today')}</span> : null}
          </h2>
          {own.length ? (
            <ul className={classes['agendaList']}>
              {own.map((event) => (
                <li key={event.key}>
                  <EventChip event={event} form="row" />
                </li>
              ))}
            </ul>
          ) : (
            <p className={classes['agendaNothing']}>{t('nothing')}</p>
          )}
        </section>
      ))}
    </div>
  );
}
