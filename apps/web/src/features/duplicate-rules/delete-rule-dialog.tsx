import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { type DuplicateRule, removeRule } from './api/duplicate-rules';

/** Asks before a rule is deleted. */
export function DeleteRuleDialog({ rule, onClose }: { rule: DuplicateRule; onClose: () => void }) {
  const { t } = useTranslation('duplicate-rules');
  const remove = useMutation({
    mutationFn: () => removeRule(rule),
    onSuccess: () => {
      notify({ message: t('delete.done', { rule: rule.name }) });
      onClose();
    },
  });
  return (
    <Dialog title={t('delete.title', { rule: rule.name })} onClose={onClose}>
      <Stack gap="md">
        {remove.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(remove.error)}
          </Alert>
        ) : null}
        <Text size="sm">{t('delete.text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('delete.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
