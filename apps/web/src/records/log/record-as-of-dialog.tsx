import { Alert, Button, Group, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { accessNotesOf } from '../access/field-visibility';
import { useRights } from '../access/use-rights';
import { asOfQuery } from '../api/record-history';
import { FieldValue } from '../fields/field-value';
import { fieldValueOf } from '../fields/field-place';
import { sectionsOf, unitKeys } from '../form/form-sections';
import { fieldOf, type ObjectDescription, type RecordData } from '../object-description';
import classes from './record-as-of-dialog.module.css';
import { LinesThen } from './lines-then';
import { erasedFields, versionDifferences } from './version-differences';

interface RecordAsOfDialogProps {
  object: ObjectDescription;
  /** The current record. */
  record: RecordData;
  version: number;
  onClose: () => void;
  onRestore: () => void;
}

/** The record in an earlier version, with differences from now marked. */
export function RecordAsOfDialog({ object, record, version, onClose, onRestore }: RecordAsOfDialogProps) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const query = useQuery(asOfQuery(object.path, record.id, version));
  const then = query.data;
  const mayUpdate = useRights(object, record).may('update') === 'yes';
  const at = (then?.meta as { asOf?: { at: string } } | undefined)?.asOf?.at;
  return (
    <Dialog
      isDirty={false}
      onClose={onClose}
      size="lg"
      title={at ? t('asOf.title', { at: formats.dateTime(at) }) : t('asOf.titleVersion', { version })}
    >
      {query.isPending ? <Skeleton height={240} radius="md" aria-label={t('asOf.loading')} /> : null}
      {query.isError ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('asOf.failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : null}
      {then ? (
        <>
          <Then object={object} now={record} then={then} />
          <Group justify="flex-end" gap="xs" mt="lg">
            <Button variant="default" onClick={onClose}>
              {t('form.close')}
            </Button>
            {mayUpdate && version !== record.version && !then['deletedAt'] ? (
              <Button leftSection={<IconArrowBackUp size={16} />} onClick={onRestore}>
                {t('asOf.restore')}
              </Button>
            ) : null}
          </Group>
        </>
      ) : null}
    </Dialog>
  );
}

function Then({ object, now, then }: { object: ObjectDescription; now: RecordData; then: RecordData }) {
  const { t } = useTranslation('records');
  const currencies = unitKeys(object);
  const { changes, lines, refused, kept } = versionDifferences(
    object,
    now,
    then,
    useRights(object, now).fields,
  );
  const differing = new Set([...Object.keys(changes), ...[...refused, ...kept].map(({ key }) => key)]);
  const erased = new Set(erasedFields(then));
  const notes = accessNotesOf(then);
  const sections = sectionsOf(
    object,
    t('record.details'),
    (field) =>
      !field.isAdded &&
      !field.isSystem &&
      !currencies.has(field.key) &&
      (field.key in then || field.key in notes),
  );
  return (
    <>
      {then['deletedAt'] ? (
        <Alert variant="light" color="gray" mb="sm" p="xs">
          {t('asOf.deleted')}
        </Alert>
      ) : null}
      <p className={classes['legend']}>
        {differing.size + Object.keys(lines).length
          ? t('asOf.differs', { count: differing.size + Object.keys(lines).length })
          : t('asOf.same')}
      </p>
      {sections.map(({ title, fields }) => (
        <div key={title ?? ''}>
          <h3 className={classes['heading']}>{title ?? t('record.details')}</h3>
          <dl className={classes['fields']}>
            {fields.map((field) => (
              <div
                key={field.key}
                className={classes['row']}
                data-differs={differing.has(field.key) || undefined}
              >
                <dt>{field.label}</dt>
                <dd>
                  {erased.has(field.key) ? (
                    <span className={classes['erased']}>{t('history.erasedValue')}</span>
                  ) : (
                    <FieldValue field={field} value={fieldValueOf(then, field)} record={then} isPlain />
                  )}
                  {differing.has(field.key) ? (
                    <span className={classes['now']}>
                      {t('asOf.now')}
                      <FieldValue
                        field={fieldOf(object, field.key) ?? field}
                        value={fieldValueOf(now, field)}
                        record={now}
                        isPlain
                      />
                    </span>
                  ) : null}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      {(object.lines ?? []).map((collection) =>
        Array.isArray(then[collection.key]) && (then[collection.key] as unknown[]).length > 0 ? (
          <div key={collection.key}>
            <h3 className={classes['heading']}>{collection.label}</h3>
            <LinesThen lines={collection} record={then} />
          </div>
        ) : null,
      )}
    </>
  );
}
