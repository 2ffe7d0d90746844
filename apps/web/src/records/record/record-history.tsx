import { Button, Skeleton } from '@mantine/core';
import { Initials, StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconArrowBackUp, IconEye, IconRobot } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadMore } from '@/lib/load-more';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { type AccessNotes, accessNotesOf } from '../access/field-visibility';
import { useRights } from '../access/use-rights';
import { type HistoryEntry, historyQuery } from '../api/record-history';
import { EventChanges } from '../log/event-changes';
import { LineChanges } from '../log/line-changes';
import { followCascades } from '../cascades';
import type { ObjectDescription, RecordData } from '../object-description';
import { UndoCauseButton } from '../undo-cause';
import classes from './record-history.module.css';

const RecordAsOfDialog = lazy(() =>
  import('../log/record-as-of-dialog').then(({ RecordAsOfDialog }) => ({ default: RecordAsOfDialog })),
);
const RestoreVersionDialog = lazy(() =>
  import('../log/restore-version-dialog').then(({ RestoreVersionDialog }) => ({
    default: RestoreVersionDialog,
  })),
);

/** Who changed what, when and why, newest first, with values before and after, and a way to restore versions. */
export function RecordHistory({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('records');
  const navigate = useNavigate();
  const query = useInfiniteQuery(historyQuery(object.path, record.id));
  const mayUpdate = useRights(object, record).may('update') === 'yes';
  const search = useSearch({ strict: false }) as { version?: unknown };
  const lookedAt = Number(search.version);
  const lookAt = (version: number | undefined) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, version }),
      replace: true,
    } as never);
  const [restoring, setRestoring] = useState<number | undefined>();
  if (query.isPending) return <Skeleton height={120} radius="md" aria-label={t('history.loading')} />;
  if (query.isError && !query.data) {
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('history.failed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  }
  const entries = query.data.pages.flatMap((page) => page.data);
  const access = accessNotesOf(query.data.pages[0]);
  return (
    <>
      <ol className={classes['entries']}>
        {entries.map((entry) => (
          <Entry
            key={entry.id}
            object={object}
            record={record}
            access={access}
            entry={entry}
            mayUpdate={mayUpdate}
            onLook={() => lookAt(entry.version)}
            onRestore={() => setRestoring(entry.version)}
          />
        ))}
      </ol>
      <LoadMore query={query} label={t('history.more')} />
      <Suspense fallback={null}>
        {Number.isInteger(lookedAt) && lookedAt > 0 && restoring === undefined ? (
          <RecordAsOfDialog
            object={object}
            record={record}
            version={lookedAt}
            onClose={() => lookAt(undefined)}
            onRestore={() => setRestoring(lookedAt)}
          />
        ) : null}
        {restoring === undefined ? null : (
          <RestoreVersionDialog
            object={object}
            record={record}
            version={restoring}
            onClose={() => setRestoring(undefined)}
            onRestored={() => {
              setRestoring(undefined);
              lookAt(undefined);
            }}
          />
        )}
      </Suspense>
    </>
  );
}

interface EntryProps {
  object: ObjectDescription;
  record: RecordData;
  access: AccessNotes;
  entry: HistoryEntry;
  /** Whether the user may change the record. */
  mayUpdate: boolean;
  onLook: () => void;
  onRestore: () => void;
}

function Entry({ object, record, access, entry, mayUpdate, onLook, onRestore }: EntryProps) {
  const { t, i18n } = useTranslation('records');
  const formats = useFormats();
  const actor =
    entry.actor.name ?? t(`history.actors.${entry.actor.kind}`, { defaultValue: entry.actor.kind });
  const verbKey = `history.verbs.${entry.verb}`;
  const verb = i18n.exists(`records:${verbKey}`) ? t(verbKey) : entry.verb;
  const cause = entry.cause?.kind;
  const causeKey = `records:history.causes.${cause}`;
  const at = formats.dateTime(entry.at);
  const isPast = entry.version < record.version;
  return (
    <li className={classes['entry']}>
      <span className={classes['mark']}>
        {entry.actor.kind === 'member' || entry.actor.kind === 'user' ? (
          <Initials name={actor} size={24} isRound />
        ) : (
          <IconRobot size={16} aria-hidden />
        )}
      </span>
      <div className={classes['content']}>
        <p className={classes['line']}>
          <strong>{actor}</strong> {verb}
          {cause && i18n.exists(causeKey) ? <span className={classes['cause']}>{t(causeKey)}</span> : null}
          {entry.origin ? (
            <span className={classes['cause']} title={entry.origin.userAgent}>
              {t('history.from', { address: entry.origin.ip })}
            </span>
          ) : null}
          <time dateTime={entry.at} title={at} className={classes['time']}>
            {formats.ago(entry.at)}
          </time>
        </p>
        <EventChanges object={object} changes={entry.changes ?? {}} access={access} record={record} />
        {entry.lines ? (
          <LineChanges object={object} lines={entry.lines} access={access} record={record} />
        ) : null}
        {entry.mergedWith ? (
          <p className={classes['line']}>
            {t('history.mergedWith', { names: entry.mergedWith.map(({ name }) => name).join(', ') })}
          </p>
        ) : null}
        {entry.verb === 'merged' && entry.cause?.kind === 'merge' && entry.cause.id ? (
          <div className={classes['actions']}>
            <UndoCauseButton
              request={{ cause: { kind: 'merge', id: entry.cause.id } }}
              label={t('history.unmerge')}
              title={t('history.unmergeTitle')}
              onJob={(id) => followCascades([id])}
            />
          </div>
        ) : null}
        {entry.erased ? <p className={classes['erased']}>{t('history.erased')}</p> : null}
        {isPast ? (
          <div className={classes['actions']}>
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconEye size={14} />}
              aria-label={t('history.lookAt', { at })}
              onClick={onLook}
            >
              {t('history.look')}
            </Button>
            {mayUpdate && entry.verb !== 'deleted' ? (
              <Button
                size="compact-xs"
                variant="subtle"
                leftSection={<IconArrowBackUp size={14} />}
                aria-label={t('history.restoreTo', { at })}
                onClick={onRestore}
              >
                {t('history.restore')}
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
    </li>
  );
}
