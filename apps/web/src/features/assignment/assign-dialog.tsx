import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { problemText } from '@/lib/problem-text';
import { newCause } from '@/records/api/undo';
import { isReference, recordName } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { assignLead } from './api/assignment';
import type { AssignmentQuestion } from './model/open-question';

/** Asks before the rules choose the owner of a lead. */
export default function AssignDialog({
  object,
  record,
  onClose,
}: AssignmentQuestion & { onClose: () => void }) {
  const { t } = useTranslation('assignment');
  const name = recordName(object, record);
  const [cause] = useState(newCause);
  const assign = useMutation({
    mutationFn: () => assignLead(record.id, cause),
    onSuccess: ({ owner }) => {
      const person = isReference(owner) ? owner.name : t('unknown');
      showUndo({ message: t('assign.done', { name, person }), cause });
      onClose();
    },
  });
  return (
    <Dialog title={t('assign.title', { name })} onClose={onClose}>
      <Stack gap="md">
        {assign.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(assign.error)}
          </Alert>
        ) : null}
        <Text size="sm">{t('assign.text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button data-autofocus loading={assign.isPending} onClick={() => assign.mutate()}>
            {t('assign.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
