import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { type ApiKey, keyRolesQuery } from './api/api-keys';

const COLORS: Record<ApiKey['state'], string> = { active: 'green', expired: 'yellow', revoked: 'gray' };

export function KeyState({ state }: { state: ApiKey['state'] }) {
  const { t } = useTranslation('api-keys');
  return (
    <Badge variant="dot" color={COLORS[state]}>
      {t(`state.${state}`)}
    </Badge>
  );
}

/** What a role is called: built-in ones in the person's language. */
export function useRoleName(): (key: Pick<ApiKey, 'roleId' | 'roleName'>) => string {
  const { t } = useTranslation('api-keys');
  const roles = useQuery(keyRolesQuery);
  return ({ roleId, roleName }) => {
    const name = roleName ?? t('roleGone');
    const role = roles.data?.find(({ id }) => id === roleId);
    return role?.key ? t(`roles.${role.key}`, { defaultValue: name }) : name;
  };
}

/** When the key ends or ended, in words. */
export function useKeyEnd(): (key: ApiKey) => string {
  const { t } = useTranslation('api-keys');
  const formats = useFormats();
  return ({ state, expiresAt, revokedAt }) => {
    if (state === 'revoked' && revokedAt) return t('revokedOn', { date: formats.instantDay(revokedAt) });
    if (!expiresAt) return t('noExpiry');
    return t(state === 'expired' ? 'expiredOn' : 'expiresOn', { date: formats.instantDay(expiresAt) });
  };
}

/** When the key was used last, in words. */
export function useLastUse(): (key: ApiKey) => string {
  const { t } = useTranslation('api-keys');
  const formats = useFormats();
  return ({ lastUsedAt }) => (lastUsedAt ? t('usedAgo', { ago: formats.ago(lastUsedAt) }) : t('neverUsed'));
}
