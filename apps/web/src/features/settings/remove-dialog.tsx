import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import type { ReferrerPolicy } from '@/records/api/deletion-preview';
import { deleteRecord } from '@/records/api/write-record';
import { followCascades } from '@/records/cascades';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { DeletionChoice } from '@/records/record/deletion-choice';
import { PIPELINES, STAGES } from './api/pipelines';

/** Asks before a pipeline or stage is deleted, and names what refers to it. */
export function RemoveDialog({
  object,
  record,
  onClose,
}: {
  object: ObjectDescription;
  record: RecordData;
  onClose: () => void;
}) {
  const { t } = useTranslation('settings');
  const path = object.key === 'stage' ? STAGES : PIPELINES;
  const remove = useMutation({
    mutationFn: (referrers: ReferrerPolicy | undefined) =>
      deleteRecord(path, record.id, record.version, referrers),
    onSuccess: (jobs) => {
      followCascades(jobs);
      onClose();
    },
  });
  return (
    <Modal
      opened
      isDirty={false}
      onClose={onClose}
      size="sm"
      title={t('deleteTitle', { name: recordName(object, record) })}
    >
      <DeletionChoice
        object={object}
        ids={[record.id]}
        isPending={remove.isPending}
        error={remove.error}
        confirmLabel={t('delete')}
        onConfirm={(referrers) => remove.mutate(referrers)}
        onCancel={onClose}
      >
        <Text size="sm">{t('deleteText')}</Text>
      </DeletionChoice>
    </Modal>
  );
}
