import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Role } from '@/lib/roles';

/** Whether the role is built in, and whether the company has changed it. */
export function RoleBadges({ role }: { role: Role }) {
  const { t } = useTranslation('access');
  if (!role.builtIn) return null;
  return (
    <>
      <Badge size="sm" variant="default">
        {t('builtIn')}
      </Badge>
      {role.modified ? (
        <Badge size="sm" variant="light">
          {t('modified')}
        </Badge>
      ) : null}
    </>
  );
}
