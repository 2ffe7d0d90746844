import { useMediaQuery } from '@mantine/hooks';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './grids.module.css';
import { CalendarContext } from './calendar-context';
import { type CalendarEvent, wholeDay } from './calendar-events';
import { DayBars } from './day-bars';

/** Lines of a day. */
const LINES = 5;
/** Dots of a day, where there is no room for lines. */
const DOTS = 4;

/** A month by weeks. Where it is narrow, days show how much there is and lead to the day. */
export function MonthGrid({
  month,
  weeks,
  events,
}: {
  month: string;
  weeks: string[][];
  events: CalendarEvent[];
}) {
  const { t } = useTranslation('calendar');
  const { words, colourOf, changes, drag, onDay, onCreate, today } = useContext(CalendarContext);
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const isNew = (day: string) => changes.draft && !changes.draft.event && changes.draft.time.from === day;
  return (
    <div className={classes['month']}>
      <div className={classes['weekdays']} aria-hidden>
        {weeks[0]!.map((day) => (
          <span key={day} className={classes['weekday']}>
            {words.day(day, { weekday: 'short' })}
          </span>
        ))}
      </div>
      {weeks.map((week) => {
        const own = events.filter(({ from, to }) => from <= week[6]! && to >= week[0]!);
        return (
          <div key={week[0]} className={classes['week']}>
            <div className={classes['weekDays']}>
              {week.map((day) => {
                const count = own.filter(({ from, to }) => from <= day && day <= to);
                return (
                  // biome-ignore lint/a11y/noStaticElementInteractions: the New button serves the keyboard
                  <div
                    key={day}
                    className={classes['monthDay']}
                    data-day={day}
                    data-outside={!day.startsWith(month) || undefined}
                    data-new={isNew(day) || undefined}
                    onPointerDown={(pointer) => drag.start('create', undefined, pointer)}
                    onDoubleClick={({ clientX: x, clientY: y }) => onCreate(wholeDay(day), { x, y })}
                  >
                    <button
                      type="button"
                      className={classes['dayNumber']}
                      aria-current={day === today ? 'date' : undefined}
                      aria-label={
                        isNarrow
                          ? `${words.longDay(day)}, ${t('count', { count: count.length })}`
                          : words.longDay(day)
                      }
                      onPointerDown={(pointer) => pointer.stopPropagation()}
                      onClick={() => onDay(day)}
                    >
                      <span className={classes['number']} data-today={day === today || undefined}>
                        {Number(day.slice(8))}
                      </span>
                      {isNarrow ? (
                        <span className={classes['dots']}>
                          {count.slice(0, DOTS).map((event) => (
                            <i
                              key={event.key}
                              className={classes['dot']}
                              style={{ background: colourOf(event) }}
                            />
                          ))}
                        </span>
                      ) : null}
                    </button>
                  </div>
                );
              })}
            </div>
            {isNarrow ? null : <DayBars days={week} events={own} most={LINES} />}
          </div>
        );
      })}
    </div>
  );
}
