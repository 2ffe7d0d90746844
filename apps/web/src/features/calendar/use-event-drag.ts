import { type PointerEvent, useEffect, useRef } from 'react';
import { useFormats } from '@/lib/format/formats';
import { type Axis, instantAt } from '@/records/calendar/day-axis';
import { daysBetween, daysLater } from '@/records/calendar/month';
import {
  type CalendarEvent,
  canStandAt,
  type EventTime,
  LEAST_MS,
  movedToDay,
  movedToInstant,
  stretchedTo,
  timed,
  wholeDay,
} from './calendar-events';
import type { EventChanges } from './use-event-changes';

/** Height of a row of half an hour, in pixels. */
export const ROW_PX = 24;
/** How far a pointer moves before it drags, in pixels. */
const STARTS_AT = 4;
/** How near to the edge of the hours a dragged event scrolls them, in pixels. */
const EDGE = 28;

/** What is under the pointer. */
interface Place {
  day: string;
  /** In rows; undefined where days have no hours. */
  row: number | undefined;
}

interface Drag {
  mode: 'move' | 'stretch' | 'create';
  event: CalendarEvent | undefined;
  origin: Place;
  x: number;
  y: number;
  time: EventTime | undefined;
}

function placeUnder(x: number, y: number): Place | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    if (!(element instanceof HTMLElement)) continue;
    const { day, hours } = element.dataset;
    if (!day) continue;
    const row = (y - element.getBoundingClientRect().top) / ROW_PX;
    return { day, row: hours === undefined ? undefined : Math.max(0, row) };
  }
  return undefined;
}

const quarter = (instant: number) => Math.round(instant / LEAST_MS) * LEAST_MS;

/** The time of a dragged event; undefined if it can't stand there. */
export function draggedTo(
  { mode, event, origin }: Pick<Drag, 'mode' | 'event' | 'origin'>,
  { day, row }: Place,
  axis: Axis | undefined,
  zone: string,
): EventTime | undefined {
  const at = axis && row !== undefined ? instantAt(axis, day, row) : undefined;
  const began = axis && origin.row !== undefined ? instantAt(axis, origin.day, origin.row) : undefined;
  if (mode === 'create' || !event) {
    if (at === undefined || began === undefined) return wholeDay(origin.day);
    const [start, end] = [Math.min(began, at), Math.max(began, at)];
    return timed(start, Math.max(end, start + LEAST_MS), zone);
  }
  if (mode === 'stretch') return at === undefined ? undefined : stretchedTo(event, at, zone);
  if (at === undefined) {
    const to = daysLater(day, -daysBetween(event.from, origin.day));
    const whole = wholeDay(to);
    // Where there are no hours, an event that has a time keeps it, unless it is pulled out of the hours.
    return event.at && began !== undefined && canStandAt(event, whole) ? whole : movedToDay(event, to, zone);
  }
  if (began === undefined || !event.at) return movedToInstant(event, at, zone);
  return at === began ? event : movedToInstant(event, quarter(event.at.start + at - began), zone);
}

/**
 * Dragging with a mouse or pen: an event moves it, its lower edge stretches it, and empty time creates one. Fingers scroll.
 * @param axis the hours of the days; undefined if they have none
 * @param onCreate called with the time, and where on the screen the pointer is
 */
export function useEventDrag(
  axis: Axis | undefined,
  { setDraft, commit }: EventChanges,
  onCreate: (time: EventTime, at: { x: number; y: number }) => void,
) {
  const { zone } = useFormats();
  const end = useRef<(() => void) | undefined>(undefined);
  const hasDragged = useRef(false);
  useEffect(() => () => end.current?.(), []);

  const start = (mode: Drag['mode'], event: CalendarEvent | undefined, pointer: PointerEvent) => {
    hasDragged.current = false;
    if (pointer.button !== 0 || pointer.pointerType === 'touch') return;
    const origin = placeUnder(pointer.clientX, pointer.clientY);
    if (!origin) return;
    // An event that is seen on several days is grabbed where the pointer is.
    const drag: Drag = { mode, event, origin, x: pointer.clientX, y: pointer.clientY, time: undefined };
    const onMove = ({ clientX: x, clientY: y }: globalThis.PointerEvent) => {
      if (!hasDragged.current && Math.hypot(x - drag.x, y - drag.y) < STARTS_AT) return;
      hasDragged.current = true;
      scrollAt(x, y);
      const place = placeUnder(x, y);
      const time = place && draggedTo(drag, place, axis, zone);
      if (!time || (event && !canStandAt(event, time))) return;
      drag.time = time;
      setDraft({ event, time, by: 'pointer' });
    };
    const stop = () => {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', cancel);
      window.removeEventListener('keydown', onKey, true);
      end.current = undefined;
    };
    const cancel = () => {
      stop();
      setDraft(undefined);
    };
    const onUp = ({ clientX: x, clientY: y }: globalThis.PointerEvent) => {
      stop();
      if (!drag.time) return;
      if (event) void commit(event, drag.time);
      else onCreate(drag.time, { x, y });
    };
    const onKey = (key: KeyboardEvent) => {
      if (key.key !== 'Escape') return;
      key.preventDefault();
      key.stopPropagation();
      cancel();
    };
    end.current?.();
    end.current = cancel;
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('pointercancel', cancel);
    window.addEventListener('keydown', onKey, true);
  };
  /** Whether the click that follows belongs to a drag. */
  const wasDrag = () => hasDragged.current;
  return { start, wasDrag };
}

function scrollAt(x: number, y: number): void {
  const scroller = document
    .elementsFromPoint(x, y)
    .map((element) => element.closest<HTMLElement>('[data-hours-scroll]'))
    .find(Boolean);
  if (!scroller) return;
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y > bottom - EDGE) scroller.scrollTop += ROW_PX / 2;
  else if (y < top + EDGE) scroller.scrollTop -= ROW_PX / 2;
}

export type EventDrag = ReturnType<typeof useEventDrag>;
