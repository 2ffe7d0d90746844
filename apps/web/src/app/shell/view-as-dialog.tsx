import { Alert, Button, Group, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { roleName, rolesQuery, roleText } from '@/lib/roles';
import { viewAs } from '@/lib/session/view-as';
import { Dialog } from './dialog';

/** Chooses the role to view as. */
export default function ViewAsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('app');
  const roles = useQuery(rolesQuery);
  const [chosen, setChosen] = useState<string | undefined>();
  const role = roles.data?.find(({ id }) => id === chosen);
  return (
    <Dialog isDirty={false} title={t('viewAs.title')} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('viewAs.text')}
        </Text>
        {roles.isPending ? <Skeleton height={160} radius="md" /> : null}
        {roles.isError ? (
          <Alert color="red" variant="light" role="alert" title={t('viewAs.failed')}>
            {problemText(roles.error)}
          </Alert>
        ) : null}
        {roles.data ? (
          <Radio.Group aria-label={t('viewAs.role')} value={chosen ?? ''} onChange={setChosen}>
            <Stack gap={10}>
              {roles.data
                .filter(({ system }) => !system.includes('*'))
                .map((each) => (
                  <Radio
                    key={each.id}
                    value={each.id}
                    label={roleName(each)}
                    description={roleText(each) || undefined}
                  />
                ))}
            </Stack>
          </Radio.Group>
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('viewAs.cancel')}
          </Button>
          <Button disabled={!role} onClick={() => role && viewAs({ id: role.id, name: roleName(role) })}>
            {t('viewAs.start')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
