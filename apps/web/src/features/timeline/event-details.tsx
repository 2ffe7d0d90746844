import { Button } from '@mantine/core';
import type { UndoRequest } from '@pellucid/api-client';
import { IconArrowBackUp, IconEye, IconHelpCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { askWhy } from '@/records/access/access-questions';
import { followCascades } from '@/records/cascades';
import { EventChanges } from '@/records/log/event-changes';
import { LineChanges } from '@/records/log/line-changes';
import type { ObjectDescription } from '@/records/object-description';
import { UndoCauseButton } from '@/records/undo-cause';
import type { TimelineEvent } from './api/timeline';
import type { TimelineView } from './entry-frame';
import classes from './timeline.module.css';

/** Who did something and what, in words. */
interface EventWords {
  actor: { name: string; isPerson: boolean };
  verb: string;
  /** What caused it, and where it came from. */
  notes: ReactNode;
}

/**
 * Puts an event into words.
 * @param object of another record, which the verb speaks of; the timeline's own record is "this"
 */
export function useEventWords(event: TimelineEvent, object?: ObjectDescription): EventWords {
  const { t, i18n } = useTranslation('timeline');
  const own = useTranslation('records').t;
  const { name, kind } = event.actor;
  const key = `verbs.${event.verb}`;
  const other = object && i18n.exists(`timeline:${key}`) ? t(`verbs.${event.verb}`) : undefined;
  const share = event.share
    ? t(`${event.verb}With`, { name: event.share.grantee.name || t('somebody') })
    : undefined;
  const verb =
    share ??
    other ??
    (i18n.exists(`records:history.verbs.${event.verb}`) ? own(`history.verbs.${event.verb}`) : event.verb);
  const cause = `history.causes.${event.cause?.kind}`;
  return {
    actor: {
      name: name ?? own(`history.actors.${kind}`, { defaultValue: kind }),
      isPerson: kind === 'member' || kind === 'user',
    },
    verb,
    notes: (
      <>
        {i18n.exists(`records:${cause}`) ? <span className={classes['cause']}>{own(cause)}</span> : null}
        {event.origin ? (
          <span className={classes['cause']} title={event.origin.userAgent}>
            {own('history.from', { address: event.origin.ip })}
          </span>
        ) : null}
      </>
    ),
  };
}

/** Kinds of causes with an id of their own by which the API undoes them. */
const OWN_CAUSES = ['import', 'bulk', 'workflow', 'undo', 'job', 'merge'] as const;

/** What an event belongs to: its import, job or merge, else the request that led to it. */
function causeOf({ cause, correlationId }: TimelineEvent): UndoRequest {
  const kind = OWN_CAUSES.find((each) => each === cause?.kind);
  return kind && cause?.id ? { cause: { kind, id: cause.id } } : { correlationId: correlationId ?? '' };
}

/** What an event changed, and what can be done about it: undo it, look at the record as it was, ask why. */
export function EventDetails({
  event,
  view,
  object,
  isFolded = false,
}: {
  event: TimelineEvent;
  view: TimelineView;
  /** Of another record than the timeline's own. */
  object?: ObjectDescription | undefined;
  /** It stands for several events. */
  isFolded?: boolean;
}) {
  const { t } = useTranslation('timeline');
  const own = useTranslation('records').t;
  const formats = useFormats();
  const { user, permissions } = useMe();
  const { record, onLook, onRestore } = view;
  const isOwn = event.record.id === record.id;
  const shown = object ?? view.object;
  const at = formats.dateTime(event.at);
  const isPast = isOwn && !event.share && event.version < record.version;
  const isMerge = event.verb === 'merged' && event.cause?.kind === 'merge';
  const mayUndo = event.actor.id === user.memberId || mayUse(permissions, 'viewAudit');
  const ruled = Object.entries(event.changes ?? {}).find(([, { origin }]) => origin)?.[0];
  return (
    <>
      {isFolded ? null : (
        <EventChanges
          object={shown}
          changes={event.changes ?? {}}
          {...(isOwn && { access: view.access, record })}
        />
      )}
      {isFolded || !event.lines || !isOwn ? null : (
        <LineChanges object={view.object} lines={event.lines} access={view.access} record={record} />
      )}
      {event.mergedWith ? (
        <p className={classes['line']}>
          {own('history.mergedWith', { names: event.mergedWith.map(({ name }) => name).join(', ') })}
        </p>
      ) : null}
      {event.share ? <p className={classes['line']}>{t(`access.${event.share.access}`)}</p> : null}
      {event.erased ? <p className={classes['erased']}>{own('history.erased')}</p> : null}
      <div className={classes['actions']}>
        {mayUndo ? (
          <UndoCauseButton
            request={causeOf(event)}
            label={isMerge ? own('history.unmerge') : own('undo')}
            title={isMerge ? own('history.unmergeTitle') : t('undoTitle')}
            onJob={(id) => followCascades([id])}
            isQuiet
          />
        ) : null}
        {isPast ? (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconEye size={14} />}
            aria-label={own('history.lookAt', { at })}
            onClick={() => onLook(event.version)}
          >
            {own('history.look')}
          </Button>
        ) : null}
        {isPast && onRestore && event.verb !== 'deleted' ? (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconArrowBackUp size={14} />}
            aria-label={own('history.restoreTo', { at })}
            onClick={() => onRestore(event.version)}
          >
            {own('history.restore')}
          </Button>
        ) : null}
        {isOwn && ruled ? (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconHelpCircle size={14} />}
            onClick={() => askWhy({ object: shown.key, record: record.id, action: 'read', field: ruled })}
          >
            {own('access.why')}
          </Button>
        ) : null}
      </div>
    </>
  );
}
