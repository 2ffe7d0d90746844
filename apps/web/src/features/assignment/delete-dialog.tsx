import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { type AssignmentRule, removeRule, removeTerritory, type Territory } from './api/assignment';

/** Asks before a rule or a territory is deleted. */
export function DeleteDialog({
  rule,
  territory,
  onClose,
}: {
  rule?: AssignmentRule;
  territory?: Territory;
  onClose: () => void;
}) {
  const { t } = useTranslation('assignment');
  const { name } = (rule ?? territory)!;
  const remove = useMutation({
    mutationFn: async (): Promise<unknown> => (rule ? removeRule(rule) : removeTerritory(territory!)),
    onSuccess: () => {
      notify({ message: t('delete.done', { name }) });
      onClose();
    },
  });
  return (
    <Dialog title={t('delete.title', { name })} onClose={onClose}>
      <Stack gap="md">
        {remove.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(remove.error)}
          </Alert>
        ) : null}
        <Text size="sm">{t(rule ? 'delete.rule' : 'delete.territory')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('delete.action')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
