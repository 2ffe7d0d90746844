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

/** Returns a role's name; built-in ones in the user's language. */
export function useRoleName(): (key: Pick<ApiKey, 'roleId' | 'roleName'>) => string {
  const { t } = useTranslation('api-keys');
  const roles = useQuery(keyRolesQuery);
  return ({ roleId, roleName }) => {
    const name = roleName ?? t('roleGone');
    const role = roles.data?.find(({ id }) => id === roleId);
    return role?.key ? t(`roles.${role.key}`, { defaultValue: name }) : name;
  };
}

/** Says when the key expires or ended. */
export function useKeyEnd(): (key: ApiKey) => string {
  const { t } = useTranslation('api-keys');
  const formats = useFormats();
  return ({ state, expiresAt, revokedAt }) => {
    if (state === 'revoked' && revokedAt) return t('revokedOn', { date: formats.instantDay(revokedAt) });
    if (!expiresAt) return t('noExpiry');
    return t(state === 'expired' ? 'expiredOn' : 'expiresOn', { date: formats.instantDay(expiresAt) });
  };
}

/** Says when the key was last used. */
export function useLastUse(): (key: ApiKey) => string {
  const { t } = useTranslation('api-keys');
  const formats = useFormats();
  return ({ lastUsedAt }) => (lastUsedAt ? t('usedAgo', { ago: formats.ago(lastUsedAt) }) : t('neverUsed'));
}
