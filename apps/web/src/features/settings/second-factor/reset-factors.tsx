import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconShieldOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { coverageQuery, resetMemberFactors } from './api';

/** Removes a member's second factors, if they have any and the user may. */
export default function ResetFactors({ memberId, name }: { memberId: string; name: string }) {
  const { t } = useTranslation('settings');
  const { user, permissions } = useMe();
  const mayManage = permissions.includes('*') || permissions.includes('manageUsers');
  const isOther = user.memberId !== memberId;
  const coverage = useQuery({ ...coverageQuery, enabled: mayManage && isOther });
  const [isAsking, setAsking] = useState(false);
  const reset = useMutation({
    mutationFn: () => resetMemberFactors(memberId),
    onSuccess: () => {
      notify({ message: t('factors.reset.done', { name }) });
      setAsking(false);
    },
  });
  const has = coverage.data?.some((one) => one.memberId === memberId && one.hasSecondFactor);
  if (!isOther || !has) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconShieldOff size={15} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t('factors.reset.button')}
      </Button>
      {isAsking ? (
        <Dialog title={t('factors.reset.title', { name })} onClose={() => setAsking(false)}>
          <Stack gap="md">
            <Text size="sm">{t('factors.reset.text')}</Text>
            {reset.isError ? (
              <Alert color="red" variant="light" role="alert">
                {problemText(reset.error)}
              </Alert>
            ) : null}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => setAsking(false)}>
                {t('cancel')}
              </Button>
              <Button color="red" loading={reset.isPending} onClick={() => reset.mutate()}>
                {t('factors.reset.button')}
              </Button>
            </Group>
          </Stack>
        </Dialog>
      ) : null}
    </>
  );
}
