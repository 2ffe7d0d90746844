import { Button, Checkbox, SegmentedControl, Select, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconBell, IconChecks } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { LoadMore } from '@/lib/load-more';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import {
  changeNotifications,
  type Notification,
  type NotificationChange,
  notificationsQuery,
  PARTS,
  readAll,
} from './api/notifications';
import { notificationSettingsQuery } from './api/settings';
import { NotificationRow } from './notification-row';
import classes from './notifications-page.module.css';

/** The user's notifications, the latest first. The filters are in the URL. J and K move, Enter opens, E archives. */
export default function NotificationsPage() {
  const { t, i18n } = useTranslation('notifications');
  useDocumentTitle(t('title'));
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { part?: string; unread?: unknown; kind?: string };
  const filter = {
    part: PARTS.find((part) => part === search.part) ?? 'inbox',
    unread: Boolean(search.unread),
    kind: typeof search.kind === 'string' ? search.kind : undefined,
  };
  const setFilter = (change: Partial<typeof filter>) => {
    const { part, unread, kind } = { ...filter, ...change };
    const next = {
      ...(part === 'inbox' ? {} : { part }),
      ...(unread ? { unread: true } : {}),
      ...(kind ? { kind } : {}),
    };
    void navigate({ to: '.', search: next, replace: true } as never);
  };
  const kinds = useQuery(notificationSettingsQuery(i18n.language)).data?.kinds ?? [];
  const query = useInfiniteQuery(notificationsQuery(filter));
  const rows = query.data?.pages.flatMap((page) => page.data) ?? [];
  const list = useRef<HTMLUListElement>(null);
  const links = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-notification]') ?? [])];
  const focused = () => links().findIndex((link) => link.contains(document.activeElement));
  const move = (by: number) => {
    const all = links();
    all[Math.min(Math.max(focused() + by, 0), all.length - 1)]?.focus();
  };
  const failed = (error: unknown) => notify({ color: 'red', message: problemText(error) });
  const change = useMutation({
    mutationFn: ({ id, wish }: { id: string; wish: NotificationChange }) => changeNotifications([id], wish),
    onError: failed,
  });
  const all = useMutation({
    mutationFn: () => readAll(new Date(query.dataUpdatedAt).toISOString(), filter.kind),
    onError: failed,
  });
  const act = ({ id }: Notification, wish: NotificationChange) => {
    const at = rows.findIndex((row) => row.id === id);
    const isGoing = wish.archived !== undefined || wish.snoozedUntil !== undefined;
    // The next one takes the place and the focus of one that leaves the list.
    const neighbour = isGoing ? (links()[at + 1] ?? links()[at - 1]) : undefined;
    change.mutate({ id, wish });
    neighbour?.focus();
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    e: () => {
      const row = rows[focused()];
      if (row) act(row, { archived: !row.archivedAt });
    },
  });
  const isFiltered = filter.unread || filter.kind !== undefined;
  return (
    <section className={parts['page']} aria-labelledby="notifications-title">
      <header className={parts['header']}>
        <PageTitle id="notifications-title" title={t('title')} icon={<IconBell size={18} aria-hidden />} />
        {filter.part === 'inbox' ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconChecks size={15} />}
            disabled={!rows.some(({ readAt }) => readAt === null)}
            loading={all.isPending}
            onClick={() => all.mutate()}
          >
            {t('readAll')}
          </Button>
        ) : null}
      </header>
      <div className={classes['filters']}>
        <SegmentedControl
          size="xs"
          aria-label={t('part')}
          data={PARTS.map((value) => ({ value, label: t(`parts.${value}`) }))}
          value={filter.part}
          onChange={(part) => setFilter({ part: part as typeof filter.part })}
        />
        <Select
          size="xs"
          aria-label={t('kind')}
          placeholder={t('anyKind')}
          clearable
          data={kinds.map(({ kind, label }) => ({ value: kind, label }))}
          value={filter.kind ?? null}
          onChange={(kind) => setFilter({ kind: kind ?? undefined })}
        />
        <Checkbox
          size="xs"
          label={t('unreadOnly')}
          checked={filter.unread}
          onChange={(event) => setFilter({ unread: event.currentTarget.checked })}
        />
      </div>
      {query.isPending ? (
        <div role="status" aria-label={t('loading')}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={56} radius="md" mb={8} />
          ))}
        </div>
      ) : query.isError && rows.length === 0 ? (
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
      ) : rows.length === 0 ? (
        <StateMessage
          icon={<IconBell size={20} />}
          title={t(isFiltered ? 'noMatch' : `empty.${filter.part}`)}
          text={t(isFiltered ? 'noMatchText' : `emptyText.${filter.part}`)}
        >
          {isFiltered ? (
            <Button size="xs" variant="default" onClick={() => setFilter({ unread: false, kind: undefined })}>
              {t('clearFilters')}
            </Button>
          ) : null}
        </StateMessage>
      ) : (
        <ul ref={list} className={parts['rows']}>
          {rows.map((notification) => (
            <NotificationRow
              key={notification.id}
              notification={notification}
              onChange={(wish) => act(notification, wish)}
            />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('more')} />
    </section>
  );
}
