import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { hideNotification, notify } from '@/lib/notify';
import { type CustomField, removeField, restoreField } from './api/custom-fields';

/** Afterwards the field is restored from the list of deleted ones. */
const UNDO_MS = 10_000;

interface Use {
  kind: string;
  name: string;
}

/** Where the API says that a field is used. */
function usesIn(error: unknown): Use[] {
  const uses = error instanceof ApiProblem ? error.document['uses'] : undefined;
  return Array.isArray(uses) ? (uses as Use[]) : [];
}

/** Deletes a field, or says where it is used and so can't be deleted. */
export function DeleteFieldDialog({
  object,
  field,
  onClose,
}: {
  object: ObjectDescription;
  field: CustomField;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation('fields');
  const restore = useMutation({
    mutationFn: () => restoreField(field),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const remove = useMutation({
    mutationFn: () => removeField(field),
    onSuccess: () => {
      onClose();
      const id = notify({
        autoClose: UNDO_MS,
        message: (
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm">{t('delete.done', { field: field.label })}</Text>
            <Button
              size="compact-xs"
              variant="light"
              onClick={() => {
                hideNotification(id);
                restore.mutate();
              }}
            >
              {t('undo')}
            </Button>
          </Group>
        ),
      });
    },
  });
  const uses = usesIn(remove.error);
  return (
    <Dialog title={t('delete.title', { field: field.label })} isDirty={false} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm">{t('delete.text', { objects: object.pluralLabel })}</Text>
        {remove.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(remove.error)}
            {uses.length ? (
              <List size="sm" mt="xs">
                {uses.map(({ kind, name }) => (
                  <List.Item key={`${kind} ${name}`}>
                    {i18n.exists(`fields:uses.${kind}`) ? t(`uses.${kind}`, { name }) : name}
                  </List.Item>
                ))}
              </List>
            ) : null}
          </Alert>
        ) : null}
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('delete.confirm')}
          </Button>
        </FormButtons>
      </Stack>
    </Dialog>
  );
}
