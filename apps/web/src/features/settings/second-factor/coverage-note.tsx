import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/lib/session/use-me';
import { coverageQuery, factorsQuery } from './api';

/** How many people would be asked to set up a second factor, and whether one is among them. */
export function CoverageNote() {
  const { t } = useTranslation('settings');
  const { permissions } = useMe();
  const mayManage = permissions.includes('*') || permissions.includes('manageUsers');
  const coverage = useQuery({ ...coverageQuery, enabled: mayManage });
  const own = useQuery(factorsQuery);
  if (!coverage.data || !own.data) return null;
  const without = coverage.data.filter(({ hasSecondFactor }) => !hasSecondFactor).length;
  return (
    <Text size="xs" c="dimmed" mt={6} pl={46}>
      {t('general.without', { count: without, total: coverage.data.length })}{' '}
      {own.data.data.length ? null : t('general.withoutYourself')}
    </Text>
  );
}
