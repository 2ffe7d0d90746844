import { Button } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObject } from '@/records/api/describe-objects';
import { EventChanges } from '@/records/log/event-changes';
import type { TimelineEntry, TimelineEvent } from './api/timeline';
import { EntryFrame, type TimelineView } from './entry-frame';
import { EventDetails, useEventWords } from './event-details';
import { foldedChanges } from './folded-changes';
import { LoggedRecord } from './logged-record';
import { PeekLink } from './peek-link';
import classes from './timeline.module.css';

/** One entry: events that belong together, or a record that is about the timeline's record. */
export function TimelineEntryItem({
  entry,
  view,
  isUpcoming = false,
}: {
  entry: TimelineEntry;
  view: TimelineView;
  isUpcoming?: boolean;
}) {
  const { events, record } = entry;
  if (record) return <LoggedRecord entry={entry} record={record} view={view} isUpcoming={isUpcoming} />;
  const [newest, ...older] = events ?? [];
  if (!newest) return null;
  if (newest.record.id !== view.record.id) return <RelatedEvents events={events!} view={view} />;
  return older.length ? (
    <FoldedEvents events={events!} view={view} />
  ) : (
    <OwnEvent event={newest} view={view} />
  );
}

const sentence = ({ verb, notes }: ReturnType<typeof useEventWords>) => (
  <>
    {verb}
    {notes}
  </>
);

function OwnEvent({ event, view }: { event: TimelineEvent; view: TimelineView }) {
  const words = useEventWords(event);
  return (
    <EntryFrame actor={words.actor} line={sentence(words)} at={event.at}>
      <EventDetails event={event} view={view} />
    </EntryFrame>
  );
}

/** Several changes of the record as one; it opens into the single ones. */
function FoldedEvents({ events, view }: { events: TimelineEvent[]; view: TimelineView }) {
  const { t } = useTranslation('timeline');
  const words = useEventWords(events[0]!);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <EntryFrame actor={words.actor} line={sentence(words)} at={events[0]!.at}>
      {isOpen ? null : (
        <EventChanges
          object={view.object}
          changes={foldedChanges(events.map(({ changes }) => ({ changes: changes ?? {} })))}
          access={view.access}
          record={view.record}
        />
      )}
      <FoldButton
        isOpen={isOpen}
        controls={id}
        label={t('separately', { count: events.length })}
        onClick={() => setOpen(!isOpen)}
      />
      <ol id={id} className={classes['folded']} hidden={!isOpen}>
        {isOpen ? events.map((event) => <OwnEvent key={event.id} event={event} view={view} />) : null}
      </ol>
    </EntryFrame>
  );
}

/** With more records than this, an entry shows the first ones only. */
const SHOWN = 3;

/** What happened to other records, by one person at one time. */
function RelatedEvents({ events, view }: { events: TimelineEvent[]; view: TimelineView }) {
  const { t } = useTranslation('timeline');
  const [newest] = events;
  const object = useObject(newest!.object);
  const words = useEventWords(newest!, object);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  if (events.length === 1)
    return (
      <EntryFrame
        actor={words.actor}
        line={
          <>
            {words.verb} <PeekLink object={object} record={newest!.record} onPeek={view.onPeek} />
            {words.notes}
          </>
        }
        at={newest!.at}
      >
        <EventDetails event={newest!} view={view} object={object} />
      </EntryFrame>
    );
  const isAlike = events.every(({ verb }) => verb === newest!.verb);
  const objects = object?.pluralLabel ?? newest!.object;
  return (
    <EntryFrame
      actor={words.actor}
      line={
        isAlike ? (
          <>
            {words.verb} {t('several', { count: events.length, objects })}
          </>
        ) : (
          t('didSeveral', { count: events.length, objects })
        )
      }
      at={newest!.at}
    >
      <ul id={id} className={classes['records']}>
        {(isOpen ? events : events.slice(0, SHOWN)).map((event) => (
          <li key={event.id}>
            <PeekLink object={object} record={event.record} onPeek={view.onPeek} isBare />
            {isAlike ? null : (
              <span className={classes['aside']}>{t(`verbs.${event.verb}`, event.verb)}</span>
            )}
          </li>
        ))}
      </ul>
      {events.length > SHOWN ? (
        <FoldButton
          isOpen={isOpen}
          controls={id}
          label={t('showMore', { count: events.length - SHOWN })}
          onClick={() => setOpen(!isOpen)}
        />
      ) : null}
      <EventDetails event={newest!} view={view} object={object} isFolded />
    </EntryFrame>
  );
}

function FoldButton({
  isOpen,
  controls,
  label,
  onClick,
}: {
  isOpen: boolean;
  controls: string;
  label: string;
  onClick: () => void;
}) {
  const { t } = useTranslation('timeline');
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      className={classes['fold']}
      aria-expanded={isOpen}
      aria-controls={controls}
      rightSection={
        <IconChevronDown size={13} className={classes['chevron']} data-open={isOpen || undefined} />
      }
      onClick={onClick}
    >
      {isOpen ? t('showLess') : label}
    </Button>
  );
}
