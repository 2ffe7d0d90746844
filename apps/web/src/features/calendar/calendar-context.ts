import { createContext } from 'react';
import type { CalendarEvent, EventTime } from './calendar-events';
import type { EventWords } from './event-words';
import type { EventChanges } from './use-event-changes';
import type { EventDrag } from './use-event-drag';

/** What all views of the calendar draw with. */
export interface CalendarParts {
  words: EventWords & { allDay: string };
  colourOf: (event: CalendarEvent) => string;
  /** Name of a person, where several are shown. */
  nameOf: (id: string | undefined) => string | undefined;
  changes: EventChanges;
  drag: EventDrag;
  onOpen: (event: CalendarEvent) => void;
  onEdit: (event: CalendarEvent) => void;
  onDay: (day: string) => void;
  onCreate: (time: EventTime, at: { x: number; y: number }) => void;
  today: string;
  now: number;
}

export const CalendarContext = createContext<CalendarParts>(undefined as never);
