import { Badge, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { EventChanges } from '@/records/log/event-changes';
import type { ImportRun } from './api/import.types';
import { importRowsQuery, type RowOutcome } from './api/imports';
import classes from './preview-rows.module.css';

const COLORS: Record<RowOutcome, string> = {
  created: 'green',
  updated: 'blue',
  unchanged: 'gray',
  failed: 'red',
};

/** What each row would change: values before and after. Rows that fail are listed elsewhere, with their cells. */
export default function PreviewRows({ run }: { run: ImportRun }) {
  const { t } = useTranslation('imports');
  const object = useObject(run.object);
  const kinds = (['created', 'updated', 'unchanged'] as const).filter((kind) => run.counts[kind] > 0);
  const [status, setStatus] = useState<RowOutcome | undefined>(
    kinds.includes('updated') ? 'updated' : kinds[0],
  );
  const query = useInfiniteQuery({ ...importRowsQuery(run.id, status), enabled: status !== undefined });
  if (!status) return null;
  const rows = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section className={classes['rows']} aria-label={t('preview.title')}>
      <div className={classes['head']}>
        <Text size="sm" fw={600}>
          {t('preview.title')}
        </Text>
        {kinds.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label={t('preview.filter')}
            data={kinds.map((kind) => ({ value: kind, label: t(`dry.counts.${kind}`) }))}
            value={status}
            onChange={(kind) => setStatus(kind as RowOutcome)}
          />
        ) : null}
      </div>
      {query.isPending ? (
        <Skeleton height={90} radius="md" aria-label={t('preview.loading')} />
      ) : query.isError ? (
        <Text size="sm" c="red" role="alert">
          {problemText(query.error)}
        </Text>
      ) : (
        <ul className={classes['list']}>
          {rows.map(({ row, status: outcome, record, changes }) => (
            <li key={row} className={classes['row']}>
              <div className={classes['what']}>
                <Text size="xs" c="dimmed" className="pl-num">
                  {t('preview.row', { row })}
                </Text>
                <Badge size="sm" variant="light" color={COLORS[outcome]}>
                  {t(`dry.counts.${outcome}`)}
                </Badge>
                {record ? (
                  <Text size="sm" fw={500} className="pl-truncate">
                    {record.name}
                  </Text>
                ) : null}
              </div>
              <EventChanges
                object={object}
                changes={Object.fromEntries(
                  changes.map(({ field, before, after }) => [field, { before, after }]),
                )}
              />
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('more')} />
    </section>
  );
}
