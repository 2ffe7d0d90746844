import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { newCause } from '@/records/api/undo';
import { daysLater } from '@/records/calendar/month';
import { useSaveRecords } from '@/records/form/use-save-record';
import { holdLive } from '@/records/live/live-hold';
import { showUndo } from '@/records/undo';
import {
  type CalendarEvent,
  canStandAt,
  changesFor,
  type EventTime,
  LEAST_MS,
  movedToDay,
  movedToInstant,
  stretchedTo,
} from './calendar-events';

/** Where an event is while it is being moved, before anything is saved. */
export interface Draft {
  /** Undefined for an event that is being created. */
  event: CalendarEvent | undefined;
  time: EventTime;
  by: 'pointer' | 'keyboard';
}

/** A time that is being saved, or was saved until the list is fetched again. */
interface Saved {
  time: EventTime;
  /** Of the record with the change; infinite while the change is being written. */
  version: number;
}

const timeOf = ({ at, from, to }: EventTime): EventTime => ({ at, from, to });

/** The time after an arrow key; undefined for keys and times that don't move the event. */
function nudged(
  event: CalendarEvent,
  time: EventTime,
  { key, shiftKey }: KeyboardEvent,
  isMonth: boolean,
  zone: string,
): EventTime | undefined {
  const sideways = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  const down = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (shiftKey)
    return down && time.at && event.canStretch
      ? stretchedTo(time, time.at.end + down * LEAST_MS, zone)
      : undefined;
  if (!event.canMove) return undefined;
  if (sideways || (down && isMonth))
    return movedToDay(time, daysLater(time.from, sideways || down * 7), zone);
  return down && time.at ? movedToInstant(time, time.at.start + down * LEAST_MS, zone) : undefined;
}

/** Moves and stretches events: what is drawn meanwhile, what is written, and the notification that undoes it. */
export function useEventChanges(isMonth: boolean, onLeave: (day: string) => void) {
  const { t } = useTranslation('calendar');
  const { zone } = useFormats();
  const save = useSaveRecords();
  const [draft, setDraft] = useState<Draft | undefined>();
  const [saved, setSaved] = useState<ReadonlyMap<string, Saved>>(new Map());
  const latest = useRef(draft);
  latest.current = draft;
  const isMoving = draft !== undefined;
  // Events that change under the pointer would be dropped elsewhere.
  useEffect(() => (isMoving ? holdLive() : undefined), [isMoving]);

  /** Replaces what is known of a change, or forgets it, unless the event was moved again meanwhile. */
  const settle = (key: string, change: Saved, stored?: Saved) =>
    setSaved((all) => {
      if (all.get(key) !== change) return all;
      const others = [...all].filter(([other]) => other !== key);
      return new Map(stored ? [...others, [key, stored]] : others);
    });

  const commit = async (event: CalendarEvent, time: EventTime) => {
    setDraft(undefined);
    const changes = canStandAt(event, time) ? changesFor(event, time) : undefined;
    if (!changes) return;
    const { key, object, record } = event;
    const change = { time: timeOf(time), version: Number.POSITIVE_INFINITY };
    setSaved((all) => new Map(all).set(key, change));
    const cause = newCause();
    try {
      const written = await save(object, record, changes, cause);
      if (!written || written.version === record.version) return settle(key, change);
      settle(key, change, { ...change, version: written.version });
      showUndo({ message: t('moved', { name: event.title }), cause });
    } catch (error) {
      settle(key, change);
      notify({ color: 'red', message: problemText(error) });
    }
  };

  const isByKeyboard = draft?.by === 'keyboard';
  const movedKey = draft?.event?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the draft is read when the key is released
  useEffect(() => {
    if (!isByKeyboard) return;
    const end = () => {
      const { event, time } = latest.current ?? {};
      if (event && time) void commit(event, time);
    };
    const onKeyUp = (released: globalThis.KeyboardEvent) => {
      if (released.key !== 'Alt') return;
      released.preventDefault();
      end();
    };
    window.addEventListener('keyup', onKeyUp);
    window.addEventListener('blur', end);
    return () => {
      window.removeEventListener('keyup', onKeyUp);
      window.removeEventListener('blur', end);
    };
  }, [isByKeyboard]);
  // On another day, it is another element.
  const movedFrom = draft?.time.from;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the day changes
  useEffect(() => {
    if (isByKeyboard && movedKey)
      document.querySelector<HTMLElement>(`[data-event="${CSS.escape(movedKey)}"]`)?.focus();
  }, [isByKeyboard, movedKey, movedFrom]);

  /** Alt and an arrow key move a focused event, with Shift its end; releasing Alt saves, Escape cancels. */
  const onKeyDown = (event: CalendarEvent, pressed: KeyboardEvent) => {
    if (pressed.key === 'Escape' && draft) {
      pressed.preventDefault();
      pressed.stopPropagation();
      setDraft(undefined);
      return;
    }
    if (!pressed.altKey || !pressed.key.startsWith('Arrow')) return;
    pressed.preventDefault();
    pressed.stopPropagation();
    const current = draft?.event?.key === event.key ? draft : undefined;
    const time = nudged(current?.event ?? event, current?.time ?? event, pressed, isMonth, zone);
    if (!time) return;
    setDraft({ event: current?.event ?? event, time, by: 'keyboard' });
    onLeave(time.from);
  };

  /** Events where they are being moved to. */
  const shown = (events: CalendarEvent[]): CalendarEvent[] => {
    const own = draft?.event && !events.some(({ key }) => key === movedKey) ? [draft.event] : [];
    return [...events, ...own].map((event) => {
      if (event.key === movedKey) return { ...event, ...draft!.time };
      const change = saved.get(event.key);
      return change && change.version > event.record.version ? { ...event, ...change.time } : event;
    });
  };
  return { draft, setDraft, commit, onKeyDown, shown };
}

export type EventChanges = ReturnType<typeof useEventChanges>;
