import { useContext, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Axis, instantAt, missingRows, placeAt } from '@/records/calendar/day-axis';
import { sideBySide } from '@/records/calendar/side-by-side';
import classes from './grids.module.css';
import { CalendarContext } from './calendar-context';
import { type CalendarEvent, isBar, timed, wholeDay } from './calendar-events';
import { DayBars } from './day-bars';
import { EventChip } from './event-chip';
import { ROW_PX } from './use-event-drag';

/** Lines above the hours, for what takes whole days. */
const LINES = 4;
/** The hour that is at the top at first. */
const FIRST_SHOWN = '07:30';
/** The least height of an event, in rows, so that its title can be read. */
const LEAST_ROWS = 0.9;
const HALF_HOUR = 1_800_000;

/** One day or several, with their hours. */
export function TimeGrid({
  days,
  axis,
  events,
  zone,
}: {
  days: string[];
  axis: Axis;
  events: CalendarEvent[];
  zone: string;
}) {
  const { t } = useTranslation('calendar');
  const { words, drag, onDay, onCreate, today, changes } = useContext(CalendarContext);
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const first = axis.rows.findIndex(({ clock }) => clock >= FIRST_SHOWN);
    if (scroller.current) scroller.current.scrollTop = first * ROW_PX;
  }, [axis]);
  const isWhole = changes.draft && !changes.draft.event && !changes.draft.time.at;
  return (
    <div className={classes['times']} data-days={days.length} style={{ '--days': days.length } as never}>
      <div className={classes['timeHead']}>
        <div className={classes['timeDays']}>
          {days.map((day) => {
            const [weekday, number] = [words.day(day, { weekday: 'short' }), Number(day.slice(8))];
            return (
              <button
                key={day}
                type="button"
                className={classes['dayHead']}
                aria-current={day === today ? 'date' : undefined}
                // The name begins with what is seen, so that it can be said.
                aria-label={`${weekday} ${number}: ${words.longDay(day)}`}
                onClick={() => onDay(day)}
              >
                {weekday}{' '}
                <b className={classes['number']} data-today={day === today || undefined}>
                  {number}
                </b>
              </button>
            );
          })}
        </div>
        <div className={classes['allDay']}>
          <span className={classes['allDayLabel']}>{t('allDay')}</span>
          <div className={classes['allDayDays']}>
            {days.map((day) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the New button serves the keyboard
              <div
                key={day}
                className={classes['allDayDay']}
                data-day={day}
                data-new={(isWhole && changes.draft!.time.from === day) || undefined}
                onPointerDown={(pointer) => drag.start('create', undefined, pointer)}
                onDoubleClick={({ clientX: x, clientY: y }) => onCreate(wholeDay(day), { x, y })}
              />
            ))}
          </div>
          <DayBars days={days} events={events.filter(isBar)} most={LINES} />
        </div>
      </div>
      <section
        ref={scroller}
        className={classes['hours']}
        data-hours-scroll
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label={t('hours')}
      >
        <div className={classes['axis']} aria-hidden>
          {axis.rows.map(({ clock, again }) => (
            <span key={`${clock} ${again}`} className={classes['hour']} style={{ height: ROW_PX }}>
              {clock.endsWith(':00') && clock !== '00:00' ? words.hour(clock) : ''}
            </span>
          ))}
        </div>
        <div className={classes['columns']}>
          {days.map((day) => (
            <DayColumn key={day} day={day} axis={axis} events={events} zone={zone} />
          ))}
        </div>
      </section>
    </div>
  );
}

/** The hours of one day. */
function DayColumn({
  day,
  axis,
  events,
  zone,
}: {
  day: string;
  axis: Axis;
  events: CalendarEvent[];
  zone: string;
}) {
  const { words, drag, onCreate, changes, today, now } = useContext(CalendarContext);
  const { start, end } = axis.days.get(day)!;
  const own = events.filter(
    (event) =>
      event.at && !isBar(event) && event.at.start < end && Math.max(event.at.end, event.at.start + 1) > start,
  );
  const spans = own.map(({ at }) => {
    const top = placeAt(axis, day, at!.start);
    return { start: top, end: Math.max(top + LEAST_ROWS, placeAt(axis, day, at!.end)) };
  });
  const placed = sideBySide(spans);
  const created = changes.draft && !changes.draft.event ? changes.draft.time.at : undefined;
  const isHere = created && created.start < end && created.end > start;
  return (
    <section
      className={classes['column']}
      data-day={day}
      data-hours=""
      aria-label={words.longDay(day)}
      style={{ height: axis.rows.length * ROW_PX, backgroundSize: `100% ${2 * ROW_PX}px` }}
      onPointerDown={(pointer) => drag.start('create', undefined, pointer)}
      onDoubleClick={({ clientX: x, clientY: y, currentTarget }) => {
        const row = Math.floor((y - currentTarget.getBoundingClientRect().top) / ROW_PX);
        const at = instantAt(axis, day, row);
        onCreate(timed(at, at + HALF_HOUR, zone), { x, y });
      }}
    >
      {missingRows(axis, day).map((row) => (
        <div key={row} className={classes['missing']} style={{ top: row * ROW_PX, height: ROW_PX }} />
      ))}
      {isHere ? (
        <div
          className={classes['created']}
          style={{
            top: placeAt(axis, day, created.start) * ROW_PX,
            height: (placeAt(axis, day, created.end) - placeAt(axis, day, created.start)) * ROW_PX,
          }}
        >
          {words.time(created.start)} – {words.time(created.end)}
        </div>
      ) : null}
      {own.map((event, index) => {
        const { column, width, columns } = placed[index]!;
        const span = spans[index]!;
        return (
          <EventChip
            key={event.key}
            event={event}
            form="block"
            isEnd={event.at!.end <= end}
            style={{
              top: span.start * ROW_PX,
              height: (span.end - span.start) * ROW_PX - 1,
              left: `calc(${(column / columns) * 100}% + 1px)`,
              width: `calc(${(width / columns) * 100}% - 3px)`,
            }}
          />
        );
      })}
      {day === today ? (
        <div className={classes['now']} style={{ top: placeAt(axis, day, now) * ROW_PX }} aria-hidden />
      ) : null}
    </section>
  );
}
