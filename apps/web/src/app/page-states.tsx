import { Button, Center, Group, Loader } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCloudOff, IconCompass } from '@tabler/icons-react';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { isPartMissing } from '@/lib/missing-part';
import { problemText } from '@/lib/problem-text';

export function NotFoundPage() {
  return <NoSuchPage />;
}

/** In: links to offer besides the one to the home page. */
export function NoSuchPage({ children }: { children?: ReactNode }) {
  const { t } = useTranslation('app');
  return (
    <StateMessage
      isPage
      icon={<IconCompass size={20} />}
      title={t('notFound.title')}
      text={t('notFound.text')}
    >
      <Group gap="xs">
        {children}
        <Button size="xs" component={Link} to="/">
          {t('notFound.home')}
        </Button>
      </Group>
    </StateMessage>
  );
}

/**
 * Shown instead of a page that failed: a page of its own for an unreachable server and for rate limits, else the
 * error's text. Offers to retry.
 */
export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('app');
  const router = useRouter();
  const retry = () => {
    // The browser fetches a failed chunk again only after a reload.
    if (isPartMissing(error)) return location.reload();
    reset();
    void router.invalidate();
  };
  if (isPartMissing(error) || (error instanceof ApiProblem && error.status === 0))
    return <Unreachable onRetry={retry} />;
  if (error instanceof ApiProblem && error.status === 429)
    return <TooBusy seconds={error.retryAfter ?? 60} onRetry={retry} />;
  return (
    <StateMessage
      isPage
      role="alert"
      icon={<IconAlertTriangle size={20} />}
      title={t('errors.page')}
      text={problemText(error)}
    >
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => location.assign('/')}>
          {t('notFound.home')}
        </Button>
        <Button size="xs" onClick={retry}>
          {t('retry')}
        </Button>
      </Group>
    </StateMessage>
  );
}

/** The server didn't answer. Retries as soon as the browser is online. */
function Unreachable({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation('app');
  useEffect(() => {
    window.addEventListener('online', onRetry);
    return () => window.removeEventListener('online', onRetry);
  }, [onRetry]);
  return (
    <StateMessage
      isPage
      role="alert"
      icon={<IconCloudOff size={20} />}
      title={t('connection.unreachable')}
      text={t('connection.unreachableText')}
    >
      <Button size="xs" onClick={onRetry}>
        {t('connection.retry')}
      </Button>
    </StateMessage>
  );
}

/** Status 429: counts down the seconds that the server asks to wait, then retries. */
function TooBusy({ seconds, onRetry }: { seconds: number; onRetry: () => void }) {
  const { t } = useTranslation('app');
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const id = setTimeout(() => (left > 1 ? setLeft(left - 1) : onRetry()), 1000);
    return () => clearTimeout(id);
  }, [left, onRetry]);
  return (
    <StateMessage
      isPage
      role="alert"
      icon={<IconAlertTriangle size={20} />}
      title={t('connection.busy')}
      text={<span aria-live="off">{t('connection.busyText', { seconds: left })}</span>}
    >
      <Button size="xs" onClick={onRetry}>
        {t('connection.retry')}
      </Button>
    </StateMessage>
  );
}

export function PagePending() {
  const { t } = useTranslation('app');
  return (
    <Center h="100%" mih={240} role="status" aria-label={t('loading')}>
      <Loader size="sm" />
    </Center>
  );
}
