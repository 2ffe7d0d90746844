import { Button, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { lazyPart } from '@/lib/i18n/i18n';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { accessNotesOf } from '@/records/access/field-visibility';
import { useRights } from '@/records/access/use-rights';
import { useObjects } from '@/records/api/describe-objects';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { timelineQuery } from './api/timeline';
import { byDay } from './days';
import { QuickLog } from './quick-log';
import type { TimelineView } from './entry-frame';
import { TimelineEntryItem } from './timeline-entry';
import { TimelineFilters } from './timeline-filters';
import classes from './timeline.module.css';
import { useEndless } from './use-endless';
import { useTimelinePlace } from './use-timeline-place';
import { Versions } from './versions';

const RecordPeek = lazyPart('views', () => import('@/records/peek/record-peek'));

/** What happened to a record and around it, newest first, with what is planned above, and forms to log something. */
export default function TimelinePanel({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('timeline');
  const formats = useFormats();
  const objects = useObjects();
  const place = useTimelinePlace();
  const query = useInfiniteQuery(timelineQuery(object.path, record.id, place.filter));
  const end = useEndless(query);
  const [restoring, setRestoring] = useState<number | undefined>();
  const mayUpdate = useRights(object, record).may('update') === 'yes';
  const first = query.data?.pages[0];
  const entries = query.data?.pages.flatMap((page) => page.data) ?? [];
  const upcoming = first?.upcoming ?? [];
  const isFiltered = Boolean(place.filter.kinds || place.filter.person);
  const view: TimelineView = {
    object,
    record,
    access: accessNotesOf(first),
    onPeek: place.setPeek,
    onLook: place.setVersion,
    onRestore: mayUpdate ? setRestoring : undefined,
  };
  const peeked = place.peek && objects.find(({ key }) => key === place.peek?.object);
  const today = formats.today();
  const yesterday = formats.today(new Date(Date.now() - 86_400_000));
  return (
    <div className={classes['timeline']}>
      <QuickLog object={object} record={record} />
      {first ? (
        <TimelineFilters kinds={first.kinds} filter={place.filter} onChange={place.setFilter} />
      ) : null}
      {query.isPending ? <Skeleton height={160} radius="md" aria-label={t('loading')} /> : null}
      {query.isError && !query.data ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : null}
      {upcoming.length ? (
        <section aria-label={t('upcoming')} className={classes['day']}>
          <h2 className={classes['heading']}>{t('upcoming')}</h2>
          <ol className={classes['entries']}>
            {upcoming.map((entry) => (
              <TimelineEntryItem key={entry.id} entry={entry} view={view} isUpcoming />
            ))}
          </ol>
        </section>
      ) : null}
      {byDay(entries, (instant) => formats.today(new Date(instant))).map(({ day, entries: those }) => {
        const title = day === today ? t('today') : day === yesterday ? t('yesterday') : formats.date(day);
        return (
          <section key={day} aria-label={title} className={classes['day']}>
            <h2 className={classes['heading']}>{title}</h2>
            <ol className={classes['entries']}>
              {those.map((entry) => (
                <TimelineEntryItem key={entry.id} entry={entry} view={view} />
              ))}
            </ol>
          </section>
        );
      })}
      {first && !entries.length && !upcoming.length ? (
        <Text size="sm" c="dimmed" py="md">
          {isFiltered ? t('nothingFound') : t('nothing')}
        </Text>
      ) : null}
      <div ref={end}>
        <LoadMore query={query} label={t('more')} />
      </div>
      <Versions
        object={object}
        record={record}
        version={place.version}
        onVersion={place.setVersion}
        restoring={restoring}
        onRestoring={setRestoring}
      />
      {peeked && place.peek ? (
        <Suspense>
          <RecordPeek
            object={peeked}
            id={place.peek.id}
            onOpen={(id) => place.setPeek({ object: peeked.key, id })}
            onClose={() => place.setPeek(undefined)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
