import { Button, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';

/** Placeholder for a part that is loading or failed to load. */
export function LoadState({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const { t } = useTranslation('settings');
  if (!error) return <Skeleton height={220} radius="md" role="status" aria-label={t('loading')} />;
  return (
    <StateMessage
      role="alert"
      icon={<IconAlertTriangle size={20} />}
      title={t('failed')}
      text={problemText(error)}
    >
      <Button size="xs" onClick={onRetry}>
        {t('retry')}
      </Button>
    </StateMessage>
  );
}
