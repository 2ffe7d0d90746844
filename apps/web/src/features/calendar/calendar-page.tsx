import { Button, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCalendarWeek } from '@tabler/icons-react';
import { Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { lazyPart } from '@/lib/i18n/i18n';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { CreateButton } from '@/records/access/create-button';
import { useObjects } from '@/records/api/describe-objects';
import { axisOf } from '@/records/calendar/day-axis';
import { weeksOf } from '@/records/calendar/month';
import { useRecordForm } from '@/records/form/record-form-context';
import { mayCreate, type ObjectDescription, PEOPLE } from '@/records/object-description';
import { Agenda } from './agenda';
import classes from './calendar.module.css';
import { CalendarContext } from './calendar-context';
import { type CalendarEvent, type EventTime, timed } from './calendar-events';
import { dayOfPage, daysOf, useCalendarSearch, VIEWS } from './calendar-search';
import { CalendarToolbar } from './calendar-toolbar';
import { useEventWords } from './event-words';
import { MonthGrid } from './month-grid';
import { colourOfKind, colourOfPerson, usePeopleNames } from './people-colours';
import { TimeGrid } from './time-grid';
import { MOST_OF_A_KIND, useCalendarEvents } from './use-calendar-events';
import { useEventChanges } from './use-event-changes';
import { useEventDrag } from './use-event-drag';
import { useNow } from './use-now';

const CreateAt = lazyPart('calendar', () => import('./create-at'));
const PeopleShown = lazyPart('calendar', () => import('./people-shown'));
const RecordPeek = lazyPart('views', () => import('@/records/peek/record-peek'));

const HOUR = 3_600_000;

/** Tasks, calls, meetings and closing deals by day, of the user and of others. */
export default function CalendarPage() {
  const { t } = useTranslation('calendar');
  const { zone } = useFormats();
  const { user, settings } = useMe();
  const objects = useObjects();
  const forms = useRecordForm();
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const { search, set } = useCalendarSearch(user.memberId, isNarrow);
  const { view, day, people } = search;
  const words = useEventWords();
  const { now, today } = useNow();
  const days = daysOf(search, settings.weekStart);
  const daysText = days.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the days are told by their text
  const axis = useMemo(
    () => (view === 'week' || view === 'day' ? axisOf(days, zone) : undefined),
    [view, daysText, zone],
  );
  const found = useCalendarEvents(days, people, search.hidden);
  const changes = useEventChanges(view === 'month', (moved) => {
    if (!days.includes(moved)) set({ day: moved });
  });
  const [created, setCreated] = useState<{ time: EventTime; x: number; y: number } | undefined>();
  const onCreate = (time: EventTime, at: { x: number; y: number }) => {
    changes.setDraft({ event: undefined, time, by: 'pointer' });
    setCreated({ time, ...at });
  };
  const endCreate = () => {
    changes.setDraft(undefined);
    setCreated(undefined);
  };
  const drag = useEventDrag(axis, changes, onCreate);
  const member = objects.find(({ key }) => key === PEOPLE);
  const names = usePeopleNames(member, people);
  const isTeam = people.length > 1;
  useDocumentTitle(t('title'));
  const step = (by: number) => set({ day: dayOfPage(search, by) });
  const shortcuts = Object.fromEntries(VIEWS.map((each) => [each[0]!, () => set({ view: each })] as const));
  useShortcuts({
    ...shortcuts,
    t: () => set({ day: undefined }),
    j: () => step(1),
    k: () => step(-1),
    n: () => createNext(),
  });
  const creatable = found.kinds.filter((object) => object.key !== 'opportunity' && mayCreate(object));
  const createdThere = creatable.filter(({ key }) => created?.time.at || key === 'task');
  const create = (object: ObjectDescription, values: Record<string, unknown>) => {
    endCreate();
    // The new one appears in its place.
    forms.openCreate(object, { values, onSaved: () => undefined });
  };
  /** At the next full hour of today, or at nine o'clock of the first day that is shown. */
  const createNext = () => {
    const first = days.includes(today) ? today : day;
    const nine = axisOf([first], zone).days.get(first)!.start + 9 * HOUR;
    const start = first === today ? Math.ceil(now / HOUR) * HOUR : nine;
    const button = document.getElementById('calendar-create')?.getBoundingClientRect();
    onCreate(timed(start, start + HOUR / 2, zone), { x: button?.left ?? 0, y: button?.bottom ?? 0 });
  };
  const [openPath, openId] = search.open?.split('/') ?? [];
  const open = found.kinds.find(({ key }) => key === openPath);
  const events = changes.shown(found.events);
  const title =
    view === 'month'
      ? words.day(`${day.slice(0, 7)}-01`, { month: 'long', year: 'numeric' })
      : view === 'day'
        ? words.day(day, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
        : words.days(days[0]!, days.at(-1)!);
  const context = {
    words: { ...words, allDay: t('allDay') },
    colourOf: ({ object, person }: CalendarEvent) =>
      isTeam ? colourOfPerson(people, person) : colourOfKind(object.key),
    nameOf: (id: string | undefined) => (isTeam && id ? names.get(id) : undefined),
    changes,
    drag,
    onOpen: ({ key }: CalendarEvent) => set({ open: key }),
    onEdit: ({ object, record }: CalendarEvent) => forms.openEdit(object, record),
    onDay: (next: string) => set({ view: 'day', day: next }),
    onCreate,
    today,
    now,
  };
  return (
    <CalendarContext.Provider value={context}>
      <section className={classes['page']} aria-labelledby="calendar-title">
        <header className={parts['header']}>
          <PageTitle
            id="calendar-title"
            title={t('title')}
            icon={<IconCalendarWeek size={18} aria-hidden />}
          />
          <div className={classes['actions']}>
            {member ? (
              <Suspense fallback={<Skeleton height={30} width={212} />}>
                <PeopleShown
                  member={member}
                  people={people}
                  names={names}
                  self={user.memberId}
                  onChange={(next) => set({ people: next.length ? next : undefined })}
                />
              </Suspense>
            ) : null}
            <span id="calendar-create">
              <CreateButton
                objects={found.kinds.filter(({ key }) => key !== 'opportunity')}
                label={t('create')}
                onClick={createNext}
              />
            </span>
          </div>
        </header>
        <CalendarToolbar
          search={search}
          title={title}
          kinds={found.kinds.filter((object) => !found.withheld.includes(object))}
          hasKindColours={!isTeam}
          isFetching={found.isFetching && !found.isPending}
          onChange={set}
        />
        {found.isCut ? (
          <p className={classes['note']} role="status">
            {t('cut', { count: MOST_OF_A_KIND })}
          </p>
        ) : null}
        {found.withheld.length ? (
          <p className={classes['note']}>
            {t('withheld', { objects: found.withheld.map(({ pluralLabel }) => pluralLabel).join(', ') })}
          </p>
        ) : null}
        <p id="calendar-keys" hidden>
          {t('keys')}
        </p>
        <p className={classes['spoken']} role="status">
          {changes.draft ? words.when(changes.draft.time) : ''}
        </p>
        {found.error ? (
          <StateMessage
            role="alert"
            icon={<IconAlertTriangle size={20} />}
            title={t('failed')}
            text={problemText(found.error)}
          >
            <Button size="xs" onClick={found.refetch}>
              {t('app:retry')}
            </Button>
          </StateMessage>
        ) : !found.kinds.some((object) => !found.withheld.includes(object)) ? (
          <StateMessage icon={<IconCalendarWeek size={20} />} title={t('none.title')} text={t('none.text')} />
        ) : found.isPending ? (
          <Skeleton height={480} radius="md" aria-label={t('loading')} role="status" />
        ) : axis ? (
          <TimeGrid days={days} axis={axis} events={events} zone={zone} />
        ) : view === 'month' ? (
          <MonthGrid
            month={day.slice(0, 7)}
            weeks={weeksOf(day.slice(0, 7), settings.weekStart)}
            events={events}
          />
        ) : (
          <Agenda days={days} events={events} />
        )}
      </section>
      {created ? (
        <Suspense fallback={null}>
          <CreateAt
            objects={createdThere}
            time={created.time}
            at={created}
            onChoose={create}
            onCancel={endCreate}
          />
        </Suspense>
      ) : null}
      {open && openId ? (
        <Suspense fallback={null}>
          <RecordPeek
            object={open}
            id={openId}
            onOpen={(id) => set({ open: `${open.key}/${id}` })}
            onClose={() => set({ open: undefined })}
          />
        </Suspense>
      ) : null}
    </CalendarContext.Provider>
  );
}
