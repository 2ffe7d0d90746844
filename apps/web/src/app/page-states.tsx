import { Button, Center, Group, Loader } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCompass } from '@tabler/icons-react';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';

export function NotFoundPage() {
  return <NoSuchPage />;
}

/** In: further ways on, beside the way home. */
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

export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('app');
  const router = useRouter();
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
        <Button
          size="xs"
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          {t('retry')}
        </Button>
      </Group>
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
