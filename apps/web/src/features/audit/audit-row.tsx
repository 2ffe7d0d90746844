import { Anchor, Button, Collapse } from '@mantine/core';
import type { UndoRequest } from '@pellucid/api-client';
import { Initials } from '@pellucid/ui';
import { IconChevronRight, IconRobot, IconShieldLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { labelFromKey } from '@/records/access/field-visibility';
import { useObject } from '@/records/api/describe-objects';
import { EventChanges } from '@/records/log/event-changes';
import { LineChanges } from '@/records/log/line-changes';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { followCascades } from '@/records/cascades';
import { UndoCauseButton } from '@/records/undo-cause';
import type { AuditEntry, AuditFilter } from './api/audit';
import classes from './audit-row.module.css';
import { isSecurity, useAuditWords } from './audit-words';
import { useSecurityWords } from './security-words';

interface AuditRowProps {
  entry: AuditEntry;
  /** Filters for events related to this one. */
  onFilter: (only: AuditFilter) => void;
}

/** One event: who did what to which record. Expands to show before and after, cause and origin. */
export function AuditRow({ entry, onFilter }: AuditRowProps) {
  const { t } = useTranslation('audit');
  const formats = useFormats();
  const words = useAuditWords();
  const [isOpen, setOpen] = useState(false);
  const details = useId();
  const isSecurityEvent = isSecurity(entry.object);
  const object = useObject(isSecurityEvent ? undefined : entry.object);
  const actor = useActorName(entry);
  const security = useSecurityWords();
  const name = entry.record.name ?? security.nameOf(entry) ?? shortId(entry.record.id);
  const fields = [
    ...Object.keys(entry.changes).map((key) =>
      isSecurityEvent ? security.labelOf(key) : labelOf(object, key),
    ),
    ...(object?.lines ?? []).flatMap(({ key, label }) => (entry.lines?.[key] ? [label] : [])),
  ];
  return (
    <li className={classes['item']}>
      <button
        type="button"
        className={classes['row']}
        aria-expanded={isOpen}
        aria-controls={details}
        onClick={() => setOpen((open) => !open)}
      >
        <IconChevronRight
          size={15}
          aria-hidden
          className={classes['chevron']}
          data-open={isOpen || undefined}
        />
        <span className={classes['mark']}>
          {entry.actor.kind === 'member' ? (
            <Initials name={actor} size={24} isRound />
          ) : isSecurityEvent ? (
            <IconShieldLock size={17} aria-hidden />
          ) : (
            <IconRobot size={17} aria-hidden />
          )}
        </span>
        <span className={classes['what']}>
          <span className={classes['line']}>
            <span className={classes['action']}>{words.actionLabel(entry.verb)}</span>
            <span className={classes['object']}>{words.objectLabel(entry.object)}</span>
            <span className={classes['name']}>{name}</span>
          </span>
          <span className={classes['sub']}>
            {[actor, fields.length ? fieldList(fields, (count) => t('moreFields', { count })) : undefined]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        <time className={classes['time']} dateTime={entry.at} title={formats.dateTime(entry.at)}>
          {formats.ago(entry.at)}
        </time>
      </button>
      <Collapse expanded={isOpen} id={details}>
        {isOpen ? <Details entry={entry} object={object} actor={actor} onFilter={onFilter} /> : null}
      </Collapse>
    </li>
  );
}

function Details({
  entry,
  object,
  actor,
  onFilter,
}: AuditRowProps & { object: ObjectDescription | undefined; actor: string }) {
  const { t, i18n } = useTranslation('audit');
  const formats = useFormats();
  const words = useAuditWords();
  const security = useSecurityWords();
  const path = words.pathOf(entry.object);
  const cause = entry.cause?.kind ?? 'request';
  const behalf = entry.onBehalfOf;
  const actorId = entry.actor.id;
  return (
    <div className={classes['details']}>
      {Object.keys(entry.changes).length ? (
        <EventChanges
          object={object}
          access={entry.meta?.access}
          {...(isSecurity(entry.object)
            ? { changes: security.inWords(entry.changes), labelOf: security.labelOf }
            : { changes: entry.changes })}
        />
      ) : entry.lines ? null : (
        <p className={classes['muted']}>{t('noFields')}</p>
      )}
      {entry.lines && object ? (
        <LineChanges object={object} lines={entry.lines} access={entry.meta?.access} />
      ) : null}
      {entry.erased ? <p className={classes['erased']}>{t('erased')}</p> : null}
      <dl className={classes['facts']}>
        <Fact label={t('facts.at')}>
          <span className="pl-num">{formats.dateTime(entry.at)}</span>
        </Fact>
        <Fact label={t('facts.actor')}>{actor}</Fact>
        {behalf ? (
          <Fact label={t('facts.onBehalfOf')}>
            {labelFromKey(behalf.kind)} {shortId(behalf.id)}
          </Fact>
        ) : null}
        <Fact label={t('facts.cause')}>
          {i18n.exists(`audit:causes.${cause}`) ? t(`causes.${cause}`) : labelFromKey(cause)}
          {entry.cause?.id ? <span className={classes['code']}>{entry.cause.id}</span> : null}
        </Fact>
        <Fact label={t('facts.origin')}>
          {entry.origin ? (
            <>
              {entry.origin.ip}
              <span className={classes['muted']}>{entry.origin.userAgent}</span>
            </>
          ) : (
            t('facts.noOrigin')
          )}
        </Fact>
        <Fact label={t('facts.record')}>
          {path ? (
            <Anchor component={Link} to={`${path}/${entry.record.id}`} inherit>
              {entry.record.name ?? words.objectLabel(entry.object)}
            </Anchor>
          ) : null}
          <span className={classes['code']}>{entry.record.id}</span>
          {isSecurity(entry.object) ? null : (
            <span className={classes['muted']}>{t('facts.version', { version: entry.version })}</span>
          )}
        </Fact>
        <Fact label={t('facts.correlationId')}>
          <span className={classes['code']}>{entry.correlationId}</span>
        </Fact>
        <Fact label={t('facts.event')}>
          <span className={classes['code']}>{entry.id}</span>
        </Fact>
      </dl>
      <div className={classes['actions']}>
        <Button size="compact-xs" variant="default" onClick={() => onFilter({ record: entry.record.id })}>
          {t('only.record')}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onFilter({ correlationId: entry.correlationId ?? '' })}
        >
          {t('only.correlation')}
        </Button>
        {isSecurity(entry.object) || !entry.correlationId ? null : (
          <UndoCauseButton
            request={causeOf(entry)}
            label={t('undo.button')}
            title={t('undo.title')}
            onJob={(id) => followCascades([id])}
          />
        )}
        {actorId ? (
          <Button size="compact-xs" variant="default" onClick={() => onFilter({ actor: actorId })}>
            {t('only.person')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes['fact']}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Jobs with a cause of their own that the API knows. */
const OWN_CAUSES = ['import', 'bulk', 'workflow', 'undo', 'job'] as const;

/** What an event belongs to: its import or job, else the request that led to it. */
function causeOf({ cause, correlationId }: AuditEntry): UndoRequest {
  const kind = OWN_CAUSES.find((each) => each === cause?.kind);
  return kind && cause?.id ? { cause: { kind, id: cause.id } } : { correlationId: correlationId ?? '' };
}

/** The actor's name, if there is one. */
function useActorName(entry: AuditEntry): string {
  const { t, i18n } = useTranslation('audit');
  const { name, kind } = entry.actor;
  if (name) return name;
  return i18n.exists(`audit:actors.${kind}`) ? t(`actors.${kind}`) : labelFromKey(kind);
}

const labelOf = (object: ObjectDescription | undefined, key: string) =>
  (object && fieldOf(object, key)?.label) ?? labelFromKey(key);

const SHOWN_FIELDS = 4;

function fieldList(labels: string[], more: (count: number) => string): string {
  const shown = labels.slice(0, SHOWN_FIELDS).join(', ');
  return labels.length > SHOWN_FIELDS ? `${shown} ${more(labels.length - SHOWN_FIELDS)}` : shown;
}

const shortId = (id: string) => `…${id.slice(-6)}`;
