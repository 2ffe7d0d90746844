import { Button, Group, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconFileImport, IconLock, IconTemplate, IconTransfer } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { lazyPart } from '@/lib/i18n/i18n';
import { LoadMore } from '@/lib/load-more';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import parts from '@/app/shell/list-parts.module.css';
import { importsQuery } from './api/imports';
import { ImportStatus } from './import-status';
import classes from './imports-page.module.css';
import { rowsDone } from './progress';

const TemplateList = lazyPart('imports', () => import('./template-list'));

/** All imports, newest first. */
export default function ImportsPage() {
  const { t } = useTranslation('imports');
  const { permissions } = useMe();
  useDocumentTitle(t('title'));
  if (mayUse(permissions, 'manageImports')) return <Imports />;
  return <StateMessage icon={<IconLock size={20} />} title={t('noRights.title')} text={t('noRights.text')} />;
}

function Imports() {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const objects = useObjects();
  const query = useInfiniteQuery(importsQuery);
  const [isListing, setListing] = useState(false);
  const runs = query.data?.pages.flatMap((page) => page.data) ?? [];
  const start = (
    <Button size="xs" component={Link} to="/imports/new" leftSection={<IconFileImport size={15} />}>
      {t('new')}
    </Button>
  );
  return (
    <section className={parts['page']} aria-labelledby="imports-title">
      <header className={`${parts['header']} ${classes['header']}`}>
        <PageTitle id="imports-title" title={t('title')} icon={<IconFileImport size={18} aria-hidden />} />
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            component={Link}
            to="/imports/moves"
            leftSection={<IconTransfer size={15} />}
          >
            {t('moves.open')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTemplate size={15} />}
            onClick={() => setListing(true)}
          >
            {t('templates.title')}
          </Button>
          {start}
        </Group>
      </header>
      {isListing ? (
        <Suspense>
          <TemplateList onClose={() => setListing(false)} />
        </Suspense>
      ) : null}
      {query.isPending ? (
        <div role="status" aria-label={t('run.loading')}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={52} radius="md" mb={8} />
          ))}
        </div>
      ) : query.isError && runs.length === 0 ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('listFailed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : runs.length === 0 ? (
        <StateMessage icon={<IconFileImport size={20} />} title={t('empty')} text={t('emptyText')}>
          {start}
        </StateMessage>
      ) : (
        <ul className={parts['rows']}>
          {runs.map((run) => (
            <li key={run.id}>
              <Link to={`/imports/${run.id}`} className={classes['row']}>
                <span className={parts['what']}>
                  <span className={parts['name']}>{run.fileName}</span>
                  <span className={parts['meta']}>
                    {objects.find(({ key }) => key === run.object)?.pluralLabel ?? run.object}
                    {' · '}
                    {formats.ago(run.createdAt)}
                    {run.createdBy?.name ? ` · ${run.createdBy.name}` : ''}
                  </span>
                </span>
                <span className={classes['counts']}>
                  {t('rowCounts', {
                    count: rowsDone(run.counts),
                    rows: formats.number(rowsDone(run.counts)),
                  })}
                </span>
                <ImportStatus run={run} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('more')} />
    </section>
  );
}
