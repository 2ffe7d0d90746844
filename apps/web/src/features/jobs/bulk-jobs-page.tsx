import { Button, Skeleton, Switch } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconRotateClockwise } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { bulkJobsQuery } from './api/bulk-jobs';
import { BulkJobRow } from './bulk-job-row';

/** Work over many records: how far each job is, what came of it, and what can be done with it. */
export default function BulkJobsPage() {
  const { t } = useTranslation('jobs');
  const { permissions } = useMe();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { everyone?: unknown };
  const mayAll = mayUse(permissions, 'viewAudit');
  const everyone = mayAll && Boolean(search.everyone);
  const query = useInfiniteQuery(bulkJobsQuery(everyone));
  const jobs = query.data?.pages.flatMap((page) => page.data) ?? [];
  useDocumentTitle(t('bulk.page'));
  return (
    <section className={parts['page']} aria-labelledby="bulk-jobs-title">
      <header className={parts['header']}>
        <PageTitle
          id="bulk-jobs-title"
          title={t('bulk.page')}
          icon={<IconRotateClockwise size={18} aria-hidden />}
        />
        {mayAll ? (
          <Switch
            size="sm"
            label={t('bulk.everyone')}
            checked={everyone}
            onChange={(event) =>
              void navigate({
                to: '.',
                search: event.currentTarget.checked ? { everyone: true } : {},
                replace: true,
              } as never)
            }
          />
        ) : null}
      </header>
      {query.isPending ? (
        <div role="status" aria-label={t('bulk.loading')}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={56} radius="md" mb={8} />
          ))}
        </div>
      ) : query.isError && jobs.length === 0 ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('bulk.listFailed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('records:retry')}
          </Button>
        </StateMessage>
      ) : jobs.length === 0 ? (
        <StateMessage
          icon={<IconRotateClockwise size={20} />}
          title={t('bulk.empty')}
          text={t('bulk.emptyText')}
        />
      ) : (
        <ul className={parts['rows']}>
          {jobs.map((job) => (
            <BulkJobRow key={job.id} job={job} isOfAnybody={everyone} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('bulk.more')} />
    </section>
  );
}
