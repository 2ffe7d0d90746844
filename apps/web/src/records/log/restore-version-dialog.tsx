import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { useRights } from '../access/use-rights';
import { asOfQuery } from '../api/record-history';
import { restoreVersion } from '../api/restore-version';
import { newCause } from '../api/undo';
import type { FieldDescription, ObjectDescription, RecordData } from '../object-description';
import { showUndo } from '../undo';
import { EventChanges } from './event-changes';
import { LineChanges } from './line-changes';
import { erasedFields, versionDifferences } from './version-differences';

interface RestoreVersionDialogProps {
  object: ObjectDescription;
  /** The current record. */
  record: RecordData;
  version: number;
  onClose: () => void;
  onRestored: () => void;
}

/** Shows what restoring a version would change, and restores it on confirmation. */
export function RestoreVersionDialog({
  object,
  record,
  version,
  onClose,
  onRestored,
}: RestoreVersionDialogProps) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const query = useQuery(asOfQuery(object.path, record.id, version));
  const then = query.data;
  const [cause] = useState(newCause);
  const restore = useMutation({
    mutationFn: () => restoreVersion(object.path, record.id, version, record.version, cause),
    onSuccess: () => {
      showUndo({ message: t('restoreVersion.done'), cause });
      onRestored();
    },
  });
  const rights = useRights(object, record);
  const found =
    then && !rights.isPending ? versionDifferences(object, record, then, rights.fields) : undefined;
  const names = (fields: FieldDescription[]) => fields.map(({ label }) => label).join(', ');
  const erased = then ? object.fields.filter(({ key }) => erasedFields(then).includes(key)) : [];
  const isEmpty = found && Object.keys({ ...found.changes, ...found.lines }).length === 0;
  const at = (then?.meta as { asOf?: { at: string } } | undefined)?.asOf?.at;
  return (
    <Dialog isDirty={false} onClose={onClose} title={t('restoreVersion.title')} size="lg">
      {query.isPending ? <Skeleton height={120} radius="md" aria-label={t('asOf.loading')} /> : null}
      {found ? (
        <>
          <Text size="sm">
            {isEmpty
              ? t('restoreVersion.nothing')
              : t('restoreVersion.text', { at: at ? formats.dateTime(at) : version })}
          </Text>
          <EventChanges object={object} changes={found.changes} record={record} />
          <LineChanges object={object} lines={found.lines} record={record} />
          {found.kept.length || erased.length ? (
            <Text size="xs" c="var(--pl-text-2)" mt="sm">
              {[
                ...(found.kept.length ? [t('restoreVersion.kept', { fields: names(found.kept) })] : []),
                ...(erased.length ? [t('restoreVersion.erased', { fields: names(erased) })] : []),
              ].join(' ')}
            </Text>
          ) : null}
          {found.refused.length ? (
            <Alert color="red" variant="light" role="alert" mt="sm">
              {t('restoreVersion.refused', { fields: names(found.refused) })}
            </Alert>
          ) : null}
        </>
      ) : null}
      {query.isError || restore.isError ? (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {problemText(restore.error ?? query.error)}
        </Alert>
      ) : null}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('form.cancel')}
        </Button>
        <Button
          disabled={!found || isEmpty || found.refused.length > 0}
          loading={restore.isPending}
          onClick={() => restore.mutate()}
        >
          {t('restoreVersion.confirm')}
        </Button>
      </Group>
    </Dialog>
  );
}
