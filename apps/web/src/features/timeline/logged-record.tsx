import { useTranslation } from 'react-i18next';
import { useObject } from '@/records/api/describe-objects';
import { fieldValueOf } from '@/records/fields/field-place';
import { FieldValue } from '@/records/fields/field-value';
import { hasSomethingToShow } from '@/records/fields/something-to-show';
import { FIELD_TYPES } from '@pellucid/conditions';
import { fieldOf, type RecordData } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import type { TimelineEntry } from './api/timeline';
import { PeekLink } from './peek-link';
import { EntryFrame, type TimelineView } from './entry-frame';
import classes from './timeline.module.css';

/** A record that is about the timeline's record, such as a note or a call: who made it, its name, its text and key facts. */
export function LoggedRecord({
  entry,
  record,
  view,
  isUpcoming,
}: {
  entry: TimelineEntry;
  record: RecordData & { name: string };
  view: TimelineView;
  isUpcoming: boolean;
}) {
  const { t } = useTranslation('timeline');
  const own = useTranslation('records').t;
  const object = useObject(entry.kind);
  if (!object) return null;
  const Icon = iconOf(object);
  const author = record['createdBy'] as { kind: string; name?: string } | undefined;
  const kind = author?.kind ?? 'system';
  const about = object.timeline?.about;
  const facts = object.presentation.keyFacts
    .map((key) => fieldOf(object, key))
    .filter((field) => field !== undefined)
    .filter(({ key }) => key !== about && key !== object.nameField);
  const texts = object.fields.filter(({ type }) => FIELD_TYPES[type].isMultiline);
  const shown = [...facts.filter((field) => !texts.includes(field))].filter((field) =>
    hasSomethingToShow(record, field),
  );
  return (
    <EntryFrame
      actor={{
        name: author?.name ?? own(`history.actors.${kind}`, { defaultValue: t('somebody') }),
        isPerson: kind === 'member',
      }}
      icon={<Icon size={16} aria-hidden />}
      line={
        <>
          {isUpcoming ? t('planned') : t('logged')}{' '}
          <PeekLink object={object} record={record} onPeek={view.onPeek} />
        </>
      }
      at={entry.at}
    >
      {texts
        .filter((field) => hasSomethingToShow(record, field))
        .map((field) => (
          <div key={field.key} className={classes['text']}>
            <FieldValue field={field} value={fieldValueOf(record, field)} record={record} />
          </div>
        ))}
      {shown.length ? (
        <dl className={classes['facts']}>
          {shown.map((field) => (
            <div key={field.key}>
              <dt>{field.label}</dt>
              <dd>
                <FieldValue field={field} value={fieldValueOf(record, field)} record={record} />
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
    </EntryFrame>
  );
}
