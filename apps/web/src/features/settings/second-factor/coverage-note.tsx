import { Text } from '@mantine/core';
import { listRecords } from '@pellucid/api-client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/lib/session/use-me';
import { coverageQuery, factorsQuery } from './api';

/** Maximum number of names shown. The rest is counted. */
const SHOWN_NAMES = 8;

/** Who would be limited to setting up a second factor if it were required now. The user themself comes first. */
export function CoverageNote() {
  const { t, i18n } = useTranslation('settings');
  const { permissions } = useMe();
  const mayManage = permissions.includes('*') || permissions.includes('manageUsers');
  const coverage = useQuery({ ...coverageQuery, enabled: mayManage });
  const names = useQuery({
    queryKey: ['second-factor-coverage', 'names'],
    queryFn: async ({ signal }) => (await listRecords('/members', { query: { limit: 200 }, signal })).data,
    enabled: mayManage,
  });
  const own = useQuery(factorsQuery);
  if (!own.data) return null;
  const without = coverage.data?.filter(({ hasSecondFactor }) => !hasSecondFactor) ?? [];
  const known = without.flatMap(({ memberId }) => {
    const name = names.data?.find(({ id }) => id === memberId)?.name;
    return name ? [name] : [];
  });
  const shown = known.slice(0, SHOWN_NAMES);
  const more = without.length - shown.length;
  const who = new Intl.ListFormat(i18n.language).format([
    ...shown,
    ...(more > 0 ? [t('general.others', { count: more })] : []),
  ]);
  return (
    <Text size="xs" c="dimmed" mt={6} pl={50}>
      {coverage.data
        ? t('general.without', { count: without.length, total: coverage.data.length, who })
        : null}{' '}
      {own.data.data.length ? null : (
        <>
          {t('general.withoutYourself')} <Link to="/settings/security">{t('general.setUpOwn')}</Link>
        </>
      )}
    </Text>
  );
}
