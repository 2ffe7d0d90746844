import { useNavigate, useSearch } from '@tanstack/react-router';
import { useFormats } from '@/lib/format/formats';
import { daysFrom, daysLater, sameDayOfMonth, weekOf, weeksOf } from '@/records/calendar/month';
import { isShownKind, type ShownKind } from './calendar-sources';

export const VIEWS = ['month', 'week', 'day', 'agenda'] as const;
export type CalendarView = (typeof VIEWS)[number];

/** Days that the agenda shows. */
const AGENDA_DAYS = 14;
/** Most people whose events are shown at once: as many as there are colours. */
export const MOST_PEOPLE = 8;

/** What the address says about the calendar. */
export interface CalendarSearch {
  view: CalendarView;
  day: string;
  people: string[];
  hidden: ShownKind[];
  /** Key of the event that is looked at. */
  open: string | undefined;
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const ID = /^[0-9a-f-]{36}$/;
const wordsIn = (value: unknown) => (typeof value === 'string' ? value.split(',') : []);
const isDay = (value: unknown): value is string =>
  typeof value === 'string' && DAY.test(value) && daysLater(value, 0) === value;

/** Reads the address and writes it. @param self ID of the user, whose events are shown if the address names nobody */
export function useCalendarSearch(self: string, isNarrow: boolean) {
  const formats = useFormats();
  const navigate = useNavigate();
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const people = [...new Set(wordsIn(raw['people']).filter((id) => ID.test(id)))].slice(0, MOST_PEOPLE);
  const search: CalendarSearch = {
    view: VIEWS.find((view) => view === raw['view']) ?? (isNarrow ? 'agenda' : 'week'),
    day: isDay(raw['day']) ? raw['day'] : formats.today(),
    people: people.length ? people : [self],
    hidden: wordsIn(raw['hide']).filter(isShownKind),
    open: typeof raw['open'] === 'string' ? raw['open'] : undefined,
  };
  const set = (changes: { [Key in keyof CalendarSearch]?: CalendarSearch[Key] | undefined }) => {
    const has = (key: keyof CalendarSearch) => key in changes;
    const next = {
      view: changes.view ?? raw['view'],
      day: has('day') ? changes.day : raw['day'],
      people: has('people') ? changes.people?.join() : raw['people'],
      hide: has('hidden') ? changes.hidden?.join() || undefined : raw['hide'],
      open: has('open') ? changes.open : raw['open'],
    };
    void navigate({ to: '/calendar', search: next as never, replace: true });
  };
  return { search, set };
}

/** The days that a view shows. @param weekStart first day of the week, 0 = Sunday */
export function daysOf({ view, day }: Pick<CalendarSearch, 'view' | 'day'>, weekStart: number): string[] {
  if (view === 'month') return weeksOf(day.slice(0, 7), weekStart).flat();
  if (view === 'week') return weekOf(day, weekStart);
  return view === 'day' ? [day] : daysFrom(day, AGENDA_DAYS);
}

/** The day of the next or previous page of a view. @param step 1 or -1 */
export function dayOfPage({ view, day }: Pick<CalendarSearch, 'view' | 'day'>, step: number): string {
  if (view === 'month') return sameDayOfMonth(day, step);
  return daysLater(day, step * (view === 'week' ? 7 : view === 'day' ? 1 : AGENDA_DAYS));
}
