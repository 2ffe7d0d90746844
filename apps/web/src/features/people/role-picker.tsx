import { Button, Checkbox, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { roleName, roleText } from '@/lib/roles';
import { rolesQuery } from './api/people';

interface RolePickerProps {
  value: string[];
  onChange: (roleIds: string[]) => void;
  error?: ReactNode;
}

/** Chooses roles, each shown with its description. */
export function RolePicker({ value, onChange, error }: RolePickerProps) {
  const { t } = useTranslation('people');
  const roles = useQuery(rolesQuery);
  if (roles.isPending) return <Skeleton height={120} radius="md" />;
  if (roles.isError) {
    return (
      <div role="alert">
        <Text size="sm">{problemText(roles.error)}</Text>
        <Button size="compact-xs" variant="default" mt={6} onClick={() => void roles.refetch()}>
          {t('retry')}
        </Button>
      </div>
    );
  }
  return (
    <Checkbox.Group label={t('roles.label')} withAsterisk value={value} onChange={onChange} error={error}>
      <Stack gap={10} mt={6} mb={error ? 6 : 0}>
        {roles.data.map((role) => (
          <Checkbox key={role.id} value={role.id} label={roleName(role)} description={roleText(role)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
