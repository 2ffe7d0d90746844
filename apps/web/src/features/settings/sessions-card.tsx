import { Badge, Button, Group, Stack } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { endOtherSessions, endOwnSession, type LogInSession, sessionsQuery } from './api/settings';
import { deviceName } from './choices';
import { LoadState } from './load-state';
import classes from './settings.module.css';

/** Lists the user's sessions and ends them. */
export function SessionsCard() {
  const { t } = useTranslation('settings');
  const query = useQuery(sessionsQuery);
  const endOthers = useMutation({
    mutationFn: endOtherSessions,
    onSuccess: (count) => notify({ message: t('sessions.endedOthers', { count }) }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <section className={classes['card']}>
      <Group justify="space-between" mb="xs">
        <h3 className={classes['cardTitle']} style={{ margin: 0 }}>
          {t('sessions.title')}
        </h3>
        {query.data && query.data.length > 1 ? (
          <Button
            size="compact-sm"
            variant="default"
            loading={endOthers.isPending}
            onClick={() => endOthers.mutate()}
          >
            {t('sessions.endOthers')}
          </Button>
        ) : null}
      </Group>
      {query.data ? (
        <ul className={classes['rows']}>
          {[...query.data]
            .sort((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt))
            .map((session) => (
              <Session key={session.id} session={session} />
            ))}
        </ul>
      ) : (
        <LoadState error={query.error} onRetry={() => void query.refetch()} />
      )}
    </section>
  );
}

function Session({ session }: { session: LogInSession }) {
  const { t } = useTranslation('settings');
  const formats = useFormats();
  const device = deviceName(session.userAgent);
  const name = device ? t('sessions.device', { ...device }) : session.userAgent || t('sessions.unknown');
  const Icon =
    device && ['iPhone', 'iPad', 'Android'].includes(device.system) ? IconDeviceMobile : IconDeviceDesktop;
  const end = useMutation({
    mutationFn: () => endOwnSession(session.id),
    onSuccess: () => notify({ message: t('sessions.ended') }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <li className={classes['session']}>
      <Icon size={20} aria-hidden />
      <Stack gap={0} className={classes['sessionText']}>
        <span className="pl-truncate">{name}</span>
        <span className={classes['sub']}>
          {session.tenant.name} · {session.ip} ·{' '}
          {t('sessions.lastUsed', { time: formats.ago(session.lastUsedAt) })}
        </span>
      </Stack>
      {session.current ? (
        <Badge variant="light">{t('sessions.current')}</Badge>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          loading={end.isPending}
          aria-label={t('sessions.endNamed', { device: name })}
          onClick={() => end.mutate()}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}
