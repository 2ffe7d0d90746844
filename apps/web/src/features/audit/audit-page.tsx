import { Alert, Button, Collapse, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconFilter, IconLock, IconShieldCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { type AuditFilter, auditQuery, FILTERS } from './api/audit';
import { AuditFilters } from './audit-filters';
import classes from './audit-page.module.css';
import { AuditRow } from './audit-row';
import { ExportMenu } from './export-menu';
import { SealBadge } from './seal-badge';

/** The company's events, newest first. The filters are in the URL. */
export default function AuditPage() {
  const { t } = useTranslation('audit');
  useDocumentTitle(t('title'));
  const { permissions } = useMe();
  const isAllowed = mayUse(permissions, 'viewAudit');
  return (
    <section className={classes['page']} aria-labelledby="audit-title">
      {isAllowed ? (
        <Audit />
      ) : (
        <StateMessage icon={<IconLock size={20} />} title={t('title')} text={t('notAllowed')} />
      )}
    </section>
  );
}

function Audit() {
  const { t } = useTranslation('audit');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const filter: AuditFilter = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search[name];
      return value === undefined || value === '' ? [] : [[name, String(value)]];
    }),
  );
  const setFilter = (next: AuditFilter) =>
    void navigate({
      to: '.',
      search: Object.fromEntries(Object.entries(next).filter(([, value]) => value)),
      replace: true,
    } as never);
  const count = Object.keys(filter).length;
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const [isOpen, setOpen] = useState(false);
  const query = useInfiniteQuery(auditQuery(filter));
  const entries = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <header className={classes['header']}>
        <PageTitle id="audit-title" title={t('title')} icon={<IconShieldCheck size={18} aria-hidden />} />
        <SealBadge />
        <div className={classes['tools']}>
          {isNarrow ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconFilter size={15} />}
              aria-expanded={isOpen}
              onClick={() => setOpen((open) => !open)}
            >
              {count ? t('filter.count', { count }) : t('filter.title')}
            </Button>
          ) : null}
          <ExportMenu filter={filter} />
        </div>
      </header>
      <Collapse expanded={!isNarrow || isOpen}>
        <AuditFilters filter={filter} onChange={setFilter} />
      </Collapse>
      {query.isError && entries.length > 0 ? (
        <Alert color="red" variant="light" role="alert" mb="sm">
          {problemText(query.error)}
        </Alert>
      ) : null}
      {query.isPending ? (
        <div role="status" aria-label={t('loading')}>
          {[0, 1, 2, 3, 4, 5].map((index) => (
            <Skeleton key={index} height={52} radius="md" mb={8} />
          ))}
        </div>
      ) : query.isError && entries.length === 0 ? (
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
      ) : entries.length === 0 && !query.hasNextPage ? (
        <StateMessage
          icon={<IconShieldCheck size={20} />}
          title={count ? t('noMatch') : t('empty')}
          text={count ? t('noMatchText') : t('emptyText')}
        >
          {count ? (
            <Button size="xs" variant="default" onClick={() => setFilter({})}>
              {t('filter.clear')}
            </Button>
          ) : null}
        </StateMessage>
      ) : (
        <ul className={classes['rows']} aria-label={t('title')}>
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} onFilter={(only) => setFilter(only)} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={entries.length ? t('more') : t('searchOn')} />
    </>
  );
}
