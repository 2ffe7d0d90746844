import { Button, Group, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import classes from './import-run-page.module.css';

interface RunMissingProps {
  query: Pick<UseQueryResult, 'isPending' | 'error' | 'refetch'>;
  /** What could not be loaded. */
  title: string;
  /** The list to go back to. */
  back: { to: string; label: string };
}

/** The page of an import or a move that is loading, or could not be loaded. */
export function RunMissing({ query, title, back }: RunMissingProps) {
  const { t } = useTranslation('imports');
  if (query.isPending)
    return (
      <div className={classes['page']} role="status" aria-label={t('run.loading')}>
        <Skeleton height={20} width={260} mb={24} />
        <Skeleton height={120} radius="md" mb={16} />
        <Skeleton height={90} radius="md" />
      </div>
    );
  return (
    <StateMessage
      role="alert"
      icon={<IconAlertTriangle size={20} />}
      title={title}
      text={problemText(query.error)}
    >
      <Group gap="xs">
        <Button size="xs" variant="default" component={Link} to={back.to}>
          {back.label}
        </Button>
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </Group>
    </StateMessage>
  );
}
