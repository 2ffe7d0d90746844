import { UnstyledButton } from '@mantine/core';
import { type ReactNode, useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Popover } from '@/lib/layers/overlays';
import { daysBetween } from '@/records/calendar/month';
import { lanesOf } from '@/records/calendar/side-by-side';
import classes from './grids.module.css';
import { CalendarContext } from './calendar-context';
import type { CalendarEvent } from './calendar-events';
import { EventChip } from './event-chip';

/** The columns of an event among some days: from the first to before the last. */
function columnsOf(event: CalendarEvent, days: string[]) {
  const [first, last] = [days[0]!, days.at(-1)!];
  const from = [event.from, first].sort()[1]!;
  const to = [event.to, last].sort()[0]!;
  return { start: daysBetween(first, from), end: daysBetween(first, to) + 1 };
}

/** Events as lines over the days of a week, as many as there is room for; the others are behind "+3 more". */
export function DayBars({ days, events, most }: { days: string[]; events: CalendarEvent[]; most: number }) {
  const { t } = useTranslation('calendar');
  const { words } = useContext(CalendarContext);
  const spans = events.map((event) => columnsOf(event, days));
  const lanes = lanesOf(spans);
  const onDay = (column: number) =>
    events.flatMap((_, index) =>
      spans[index]!.start <= column && column < spans[index]!.end ? [index] : [],
    );
  // A day with more events than lines needs its last line for saying so.
  const isFull = days.map((_, column) => onDay(column).some((index) => lanes[index]! >= most));
  const isShown = (index: number) => {
    const { start, end } = spans[index]!;
    return lanes[index]! < most - (isFull.slice(start, end).some(Boolean) ? 1 : 0);
  };
  const shown = events.flatMap((_, index) => (isShown(index) ? [index] : []));
  return (
    <div
      className={classes['bars']}
      style={{ gridTemplateColumns: `repeat(${days.length}, minmax(0, 1fr))` }}
    >
      {shown.map((index) => (
        <EventChip
          key={events[index]!.key}
          event={events[index]!}
          style={{
            gridColumn: `${spans[index]!.start + 1} / ${spans[index]!.end + 1}`,
            gridRow: lanes[index]! + 1,
          }}
        />
      ))}
      {days.map((day, column) => {
        const own = onDay(column);
        const hidden = own.filter((index) => !isShown(index));
        return hidden.length ? (
          <div key={day} style={{ gridColumn: column + 1, gridRow: most, minWidth: 0 }}>
            <More label={t('more', { count: hidden.length })} title={words.longDay(day)}>
              {own.map((index) => (
                <EventChip key={events[index]!.key} event={events[index]!} />
              ))}
            </More>
          </div>
        ) : null;
      })}
    </div>
  );
}

function More({ label, title, children }: { label: string; title: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover isDirty={false} opened={isOpen} onChange={setOpen} isToggled trapFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes['more']}
          aria-label={`${label}, ${title}`}
          onPointerDown={(pointer) => pointer.stopPropagation()}
        >
          {label}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={title} w={260}>
        <div className={classes['moreList']}>
          <strong>{title}</strong>
          {children}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
