import { Button, Group, SegmentedControl, Select, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCopyCheck, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { ApiProblem } from '@/lib/api-problem';
import { LoadMore } from '@/lib/load-more';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import { followCascades } from '@/records/cascades';
import { findDuplicates, type PairFilter, pairsQuery } from './api/duplicates';
import { PairRow } from './pair-row';

/** Pairs of records that may be the same thing. The filters are in the URL. */
export default function DuplicatesPage() {
  const { t } = useTranslation('merge');
  const { permissions } = useMe();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { object?: string; record?: string; status?: string };
  const objects = useObjects();
  const filter: PairFilter = {
    ...(search.object ? { object: search.object } : {}),
    ...(search.record ? { record: search.record } : {}),
    status: search.status === 'dismissed' ? 'dismissed' : 'open',
  };
  const query = useInfiniteQuery(pairsQuery(filter));
  const pairs = query.data?.pages.flatMap((page) => page.data) ?? [];
  useDocumentTitle(t('pairs.page'));
  const setFilter = (change: { [Key in keyof PairFilter]?: PairFilter[Key] | undefined }) =>
    void navigate({
      to: '.',
      search: Object.fromEntries(
        Object.entries({ ...filter, ...change }).filter(([, value]) => value && value !== 'open'),
      ),
      replace: true,
    } as never);
  const find = useMutation({
    mutationFn: findDuplicates,
    onSuccess: (id) => followCascades([id]),
    onError: (error) => {
      const isRunning = error instanceof ApiProblem && error.code === 'searchRunning';
      notify({ color: 'red', message: isRunning ? t('pairs.running') : problemText(error) });
    },
  });
  return (
    <section className={parts['page']} aria-labelledby="duplicates-title">
      <header className={parts['header']}>
        <PageTitle
          id="duplicates-title"
          title={t('pairs.page')}
          icon={<IconCopyCheck size={18} aria-hidden />}
        />
        {mayUse(permissions, 'manageFields') ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconSearch size={15} />}
            loading={find.isPending}
            onClick={() => find.mutate()}
          >
            {t('pairs.find')}
          </Button>
        ) : null}
      </header>
      <Group gap="xs" mb="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('pairs.status')}
          value={filter.status}
          data={(['open', 'dismissed'] as const).map((value) => ({
            value,
            label: t(`pairs.statuses.${value}`),
          }))}
          onChange={(value) => setFilter({ status: value as PairFilter['status'] })}
        />
        {filter.record ? (
          <Group gap={6}>
            <Text size="sm">{t('pairs.ofRecord')}</Text>
            <Button size="compact-xs" variant="default" onClick={() => setFilter({ record: undefined })}>
              {t('pairs.showAll')}
            </Button>
          </Group>
        ) : (
          <Select
            size="xs"
            w={180}
            clearable
            aria-label={t('pairs.object')}
            placeholder={t('pairs.anyObject')}
            data={objects
              .filter(({ listed }) => listed)
              .map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))}
            value={filter.object ?? null}
            onChange={(object) => setFilter({ object: object ?? undefined })}
          />
        )}
      </Group>
      {query.isPending ? (
        <div role="status" aria-label={t('pairs.loading')}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={64} radius="md" mb={8} />
          ))}
        </div>
      ) : query.isError && pairs.length === 0 ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('pairs.failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('records:retry')}
          </Button>
        </StateMessage>
      ) : pairs.length === 0 ? (
        <StateMessage
          icon={<IconCopyCheck size={20} />}
          title={t(`pairs.empty.${filter.status}`)}
          text={t('pairs.emptyText')}
        />
      ) : (
        <ul className={parts['rows']}>
          {pairs.map((pair) => (
            <PairRow key={pair.id} pair={pair} objects={objects} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('pairs.more')} />
    </section>
  );
}
