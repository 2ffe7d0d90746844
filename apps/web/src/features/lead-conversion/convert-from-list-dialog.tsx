import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { recordQuery } from '@/records/api/get-record';
import { ReferencePicker } from '@/records/fields/reference-picker';
import {
  type ObjectDescription,
  type RecordData,
  type RecordReference,
  recordName,
} from '@/records/object-description';
import ConvertDialog from './convert-dialog';

/** Asks for the lead, then opens the conversion. */
export default function ConvertFromListDialog({
  object,
  onClose,
}: {
  object: ObjectDescription;
  onClose: () => void;
}) {
  const { t } = useTranslation('lead-conversion');
  const [lead, setLead] = useState<RecordReference | null>(null);
  const [chosen, setChosen] = useState<RecordData | undefined>();
  const query = useQuery({ ...recordQuery(object.path, lead?.id ?? ''), enabled: lead !== null });
  if (chosen) return <ConvertDialog object={object} lead={chosen} onClose={onClose} />;
  const isConverted = Boolean(query.data?.['convertedAt']);
  return (
    <Modal opened isDirty={false} onClose={onClose} title={t('title')} size="sm">
      <ReferencePicker
        object={object}
        label={object.label}
        autoFocus
        canCreate={false}
        value={lead}
        onChange={setLead}
        error={
          query.isError
            ? problemText(query.error)
            : isConverted && query.data
              ? t('alreadyConverted', { name: recordName(object, query.data) })
              : undefined
        }
      />
      <Text size="xs" c="dimmed" mt="xs">
        {t('chooseLead')}
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <CancelButton>{t('cancel')}</CancelButton>
        <Button
          disabled={!lead || isConverted}
          loading={query.isFetching && lead !== null}
          onClick={() => setChosen(query.data)}
        >
          {t('next')}
        </Button>
      </Group>
    </Modal>
  );
}
