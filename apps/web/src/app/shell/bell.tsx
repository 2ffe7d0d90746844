import { ActionIcon } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { unreadCountQuery } from '@/lib/notifications/unread-count';
import classes from './top-bar.module.css';

/** Leads to the notifications, and shows how many are unread. */
export function Bell() {
  const { t } = useTranslation('app');
  const { data } = useQuery(unreadCountQuery);
  const count = data?.count ?? 0;
  const shown = count > 99 ? '99+' : String(count);
  return (
    <ActionIcon
      component={Link}
      to="/notifications"
      size={34}
      className={classes['bell']}
      aria-label={count === 0 ? t('notifications') : t('notificationsUnread', { shown })}
    >
      <IconBell size={18} />
      {count === 0 ? null : <span className={classes['unread']}>{shown}</span>}
    </ActionIcon>
  );
}
