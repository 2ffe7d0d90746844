import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconDownload, IconFileExport, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { LoadMore } from '@/lib/load-more';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import parts from '@/app/shell/list-parts.module.css';
import {
  deleteExport,
  downloadExport,
  type ExportState,
  exportsQuery,
  isUnderWay,
  stopExport,
} from './api/exports';
import { ExportProgress, ExportStatus } from './export-progress';
import classes from './exports-page.module.css';

/** The user's exports, newest first, with their files. */
export default function ExportsPage() {
  const { t } = useTranslation('exports');
  const query = useInfiniteQuery(exportsQuery);
  const states = query.data?.pages.flatMap((page) => page.data) ?? [];
  useDocumentTitle(t('page'));
  return (
    <section className={parts['page']} aria-labelledby="exports-title">
      <header className={parts['header']}>
        <PageTitle id="exports-title" title={t('page')} icon={<IconFileExport size={18} aria-hidden />} />
      </header>
      {query.isPending ? (
        <div role="status" aria-label={t('loading')}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={56} radius="md" mb={8} />
          ))}
        </div>
      ) : query.isError && states.length === 0 ? (
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
      ) : states.length === 0 ? (
        <StateMessage icon={<IconFileExport size={20} />} title={t('empty')} text={t('emptyText')} />
      ) : (
        <ul className={parts['rows']}>
          {states.map((state) => (
            <ExportRow key={state.id} state={state} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('more')} />
    </section>
  );
}

function ExportRow({ state }: { state: ExportState }) {
  const { t } = useTranslation('exports');
  const formats = useFormats();
  const objects = useObjects();
  const onError = (error: Error) => notify({ color: 'red', message: problemText(error) });
  const stop = useMutation({ mutationFn: () => stopExport(state.id), onError });
  const download = useMutation({ mutationFn: () => downloadExport(state.id), onError });
  const remove = useMutation({ mutationFn: () => deleteExport(state.id), onError });
  const what = objects.find(({ key }) => key === state.object)?.pluralLabel ?? state.object;
  return (
    <li className={classes['row']}>
      <span className={parts['what']}>
        <span className={parts['name']}>
          {what} · {t(`formats.${state.format}`)}
        </span>
        <span className={parts['meta']}>
          {formats.ago(state.createdAt)}
          {state.createdBy?.name ? ` · ${state.createdBy.name}` : ''}
          {state.expiresAt ? ` · ${t('until', { date: formats.instantDay(state.expiresAt) })}` : ''}
        </span>
      </span>
      <span className={classes['progress']}>
        <ExportProgress state={state} />
      </span>
      <ExportStatus state={state} />
      <span className={classes['actions']}>
        {isUnderWay(state) ? (
          <Button size="compact-xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t('stop')}
          </Button>
        ) : null}
        {state.downloadUrl ? (
          <>
            <Button
              size="compact-xs"
              leftSection={<IconDownload size={14} />}
              loading={download.isPending}
              onClick={() => download.mutate()}
            >
              {t('download')}
            </Button>
            <Tooltip label={t('delete')}>
              <ActionIcon
                color="gray"
                aria-label={t('deleteNamed', { what })}
                loading={remove.isPending}
                onClick={() => remove.mutate()}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Tooltip>
          </>
        ) : null}
      </span>
    </li>
  );
}
