import { Alert, Button, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import {
  changeNotificationSettings,
  type NotificationSettingsChange,
  notificationSettingsQuery,
} from './api/settings';
import { KindsCard } from './kinds-card';
import { TimesCard } from './times-card';

/** What the user is notified of, how, and when. Each choice is saved at once. */
export default function NotificationSettingsPage() {
  const { t, i18n } = useTranslation('notifications');
  const query = useQuery(notificationSettingsQuery(i18n.language));
  const change = useMutation({
    mutationFn: (wish: NotificationSettingsChange) => changeNotificationSettings(wish, i18n.language),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <SettingsLayout part="notifications">
      {query.isPending ? (
        <Skeleton height={320} radius="md" role="status" aria-label={t('settings.loading')} />
      ) : query.isError ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('settings.failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : (
        <>
          {query.data.getsMail ? null : (
            <Alert color="yellow" variant="light" mb="md">
              {t('settings.noMail')}
            </Alert>
          )}
          <KindsCard settings={query.data} onChange={change.mutate} />
          <TimesCard settings={query.data} onChange={change.mutate} />
        </>
      )}
    </SettingsLayout>
  );
}
