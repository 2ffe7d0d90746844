import { Alert, Badge, Button, Group, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { type ApiKey, apiKeyQuery, usageQuery } from './api/api-keys';
import classes from './api-keys.module.css';
import { KeyFormDialog } from './key-form-dialog';
import { KeyState, useKeyEnd, useLastUse, useRoleName } from './key-state';
import { RevokeDialog } from './revoke-dialog';
import { RotateDialog } from './rotate-dialog';
import { UsageChart } from './usage-chart';

/** One key: what it may do, and its usage. */
export default function ApiKeyPage() {
  const { t } = useTranslation('api-keys');
  const { keyId = '' } = useParams({ strict: false }) as { keyId?: string };
  const query = useQuery(apiKeyQuery(keyId));
  return (
    <SettingsLayout part="api-keys">
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        mb="xs"
        ml={-8}
        component={Link}
        to="/settings/api-keys"
        leftSection={<IconArrowLeft size={14} />}
      >
        {t('back')}
      </Button>
      {query.data ? (
        <KeyCards apiKey={query.data} />
      ) : query.isPending ? (
        <Skeleton height={260} radius="md" role="status" aria-label={t('loading')} />
      ) : (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      )}
    </SettingsLayout>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function KeyCards({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('api-keys');
  const formats = useFormats();
  const roleName = useRoleName();
  const endOf = useKeyEnd();
  const lastUse = useLastUse();
  const usage = useQuery(usageQuery(apiKey.id));
  const [doing, setDoing] = useState<'edit' | 'rotate' | 'revoke' | undefined>();
  const done = () => setDoing(undefined);
  return (
    <>
      <section className={classes['card']}>
        <header className={classes['cardHead']}>
          <h3 className={classes['keyName']}>{apiKey.name}</h3>
          <KeyState state={apiKey.state} />
          {apiKey.state === 'revoked' ? null : (
            <Group gap="xs" ml="auto" wrap="nowrap">
              <Button size="xs" variant="default" onClick={() => setDoing('edit')}>
                {t('edit')}
              </Button>
              <Button size="xs" variant="default" onClick={() => setDoing('rotate')}>
                {t('rotate.open')}
              </Button>
              <Button size="xs" variant="light" color="red" onClick={() => setDoing('revoke')}>
                {t('revoke.open')}
              </Button>
            </Group>
          )}
        </header>
        {apiKey.previousUntil ? (
          <Alert color="lagoon" variant="light" mb="md">
            {t('overlapUntil', { time: formats.dateTime(apiKey.previousUntil) })}
          </Alert>
        ) : null}
        <dl className={classes['facts']}>
          <Fact label={t('form.role')}>{roleName(apiKey)}</Fact>
          <Fact label={t('form.expiry')}>{endOf(apiKey)}</Fact>
          <Fact label={t('lastUse')}>{lastUse(apiKey)}</Fact>
          <Fact label={t('form.rate')}>
            {apiKey.ratePerMinute === null ? t('usualRate') : formats.number(apiKey.ratePerMinute)}
          </Fact>
          <Fact label={t('form.addresses')}>
            {apiKey.allowedAddresses.length === 0 ? (
              t('anyAddress')
            ) : (
              <span className={classes['addresses']}>
                {apiKey.allowedAddresses.map((address) => (
                  <Badge key={address} variant="default" size="sm">
                    {address}
                  </Badge>
                ))}
              </span>
            )}
          </Fact>
          <Fact label={t('made')}>
            {apiKey.createdBy?.name
              ? t('madeBy', { date: formats.instantDay(apiKey.createdAt), name: apiKey.createdBy.name })
              : formats.instantDay(apiKey.createdAt)}
          </Fact>
        </dl>
      </section>
      <section className={classes['card']}>
        {usage.data ? (
          <UsageChart days={usage.data} />
        ) : usage.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(usage.error)}
          </Alert>
        ) : (
          <Skeleton height={180} radius="md" role="status" aria-label={t('loading')} />
        )}
      </section>
      {doing === 'edit' ? <KeyFormDialog apiKey={apiKey} onClose={done} /> : null}
      {doing === 'rotate' ? <RotateDialog apiKey={apiKey} onClose={done} /> : null}
      {doing === 'revoke' ? <RevokeDialog apiKey={apiKey} onClose={done} /> : null}
    </>
  );
}
