import { Button, Pill, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCircleCheck, IconLock } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { type FailedJob, type FailedJobFilter, failedJobsQuery } from './api/failed-jobs';
import { DiscardDialog } from './discard-dialog';
import { FailedJobRow } from './failed-job-row';
import classes from './failed-jobs.module.css';
import { useSourceName } from './source-name';

const KINDS = ['all', 'job', 'consumer'] as const;

/** Background work that failed for good, the latest first. The filters are in the URL. */
export default function FailedJobsPage() {
  const { t } = useTranslation('jobs');
  const { permissions } = useMe();
  return (
    <SettingsLayout part="jobs">
      {mayUse(permissions, 'manageJobs') ? (
        <FailedJobs />
      ) : (
        <StateMessage icon={<IconLock size={20} />} title={t('entries:jobs.title')} text={t('notAllowed')} />
      )}
    </SettingsLayout>
  );
}

function FailedJobs() {
  const { t } = useTranslation('jobs');
  const navigate = useNavigate();
  const nameOf = useSourceName();
  const search = useSearch({ strict: false }) as { kind?: string; source?: string };
  const kind = KINDS.find((each) => each === search.kind) ?? 'all';
  const filter: FailedJobFilter = {
    ...(kind === 'all' ? {} : { kind }),
    ...(search.source ? { source: search.source } : {}),
  };
  const setFilter = (next: FailedJobFilter) =>
    void navigate({ to: '.', search: next, replace: true } as never);
  const query = useInfiniteQuery(failedJobsQuery(filter));
  const jobs = query.data?.pages.flatMap((page) => page.data) ?? [];
  const [discarding, setDiscarding] = useState<FailedJob | undefined>();
  const isFiltered = Object.keys(filter).length > 0;
  const frame = useRef<HTMLElement>(null);
  // Whether the user has acted on a row, which then disappears with the focus.
  const hasActed = useRef(false);
  const noteAction = () => (hasActed.current = true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows and the dialog disappear when these change
  useEffect(() => {
    if (!hasActed.current || document.activeElement !== document.body) return;
    hasActed.current = false;
    frame.current?.focus();
  }, [query.data, discarding]);
  if (query.isSuccess && jobs.length === 0 && !isFiltered)
    return (
      <section ref={frame} tabIndex={-1} aria-label={t('entries:jobs.title')} className={classes['frame']}>
        <StateMessage icon={<IconCircleCheck size={20} />} title={t('empty')} text={t('emptyText')} />
      </section>
    );
  return (
    <section ref={frame} tabIndex={-1} aria-label={t('entries:jobs.title')} className={classes['frame']}>
      <Text size="sm" c="dimmed" mb="sm">
        {t('intro')}
      </Text>
      <div className={classes['filters']}>
        <SegmentedControl
          size="xs"
          aria-label={t('filter')}
          data={KINDS.map((value) => ({ value, label: t(`filters.${value}`) }))}
          value={kind}
          onChange={(value) => {
            const { kind: _, ...others } = filter;
            setFilter(value === 'all' ? others : { ...others, kind: value as FailedJob['kind'] });
          }}
        />
        {filter.source ? (
          <Pill
            withRemoveButton
            removeButtonProps={{ 'aria-label': t('anySource'), 'aria-hidden': undefined, tabIndex: 0 }}
            onRemove={() => setFilter(kind === 'all' ? {} : { kind })}
          >
            {nameOf(filter.source)}
          </Pill>
        ) : null}
      </div>
      {query.isPending ? (
        <Skeleton height={180} radius="md" role="status" aria-label={t('loading')} />
      ) : query.isError && jobs.length === 0 ? (
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
      ) : jobs.length === 0 ? (
        <Text size="sm" c="dimmed" py="md">
          {t('noneOfFilter')}
        </Text>
      ) : (
        <ul className={classes['rows']}>
          {jobs.map((job) => (
            <FailedJobRow
              key={job.id}
              job={job}
              onRun={noteAction}
              onDiscard={() => setDiscarding(job)}
              onFilter={() => setFilter({ ...filter, source: job.source })}
            />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('more')} />
      {discarding ? (
        <DiscardDialog job={discarding} onDiscarded={noteAction} onClose={() => setDiscarding(undefined)} />
      ) : null}
    </section>
  );
}
