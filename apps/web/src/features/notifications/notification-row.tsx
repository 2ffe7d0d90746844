import { ActionIcon, Group, VisuallyHidden } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconClock, IconMail, IconMailOpened } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import type { Notification, NotificationChange } from './api/notifications';
import { useNotificationTarget } from './notification-target';
import classes from './notifications-page.module.css';
import { snoozeTimes } from './snooze-times';

/** What happened, as a link to it, and what can be done with the notification. */
export function NotificationRow({
  notification,
  onChange,
}: {
  notification: Notification;
  onChange: (wish: NotificationChange) => void;
}) {
  const { t } = useTranslation('notifications');
  const formats = useFormats();
  const target = useNotificationTarget()(notification);
  const { text, why, readAt, archivedAt, snoozedUntil, createdAt } = notification;
  const isUnread = readAt === null;
  return (
    <li className={classes['row']} data-unread={isUnread || undefined}>
      <span className={classes['dot']}>
        {isUnread ? <VisuallyHidden>{t('unread')}</VisuallyHidden> : null}
      </span>
      <span className={classes['told']}>
        {target ? (
          <Link
            {...(target as { to: string })}
            data-notification
            className={classes['text']}
            onClick={() => isUnread && onChange({ read: true })}
          >
            {text}
          </Link>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the page move through all notifications
          <span data-notification tabIndex={0} className={classes['text']}>
            {text}
          </span>
        )}
        <span className={classes['why']}>{why}</span>
      </span>
      <time className={classes['when']} dateTime={createdAt} title={formats.dateTime(createdAt)}>
        {snoozedUntil ? t('until', { time: formats.dateTime(snoozedUntil) }) : formats.ago(createdAt)}
      </time>
      <Group gap={2} wrap="nowrap">
        <ActionIcon
          size={28}
          aria-label={t(isUnread ? 'markRead' : 'markUnread')}
          title={t(isUnread ? 'markRead' : 'markUnread')}
          onClick={() => onChange({ read: isUnread })}
        >
          {isUnread ? <IconMailOpened size={16} /> : <IconMail size={16} />}
        </ActionIcon>
        {snoozedUntil ? (
          <ActionIcon
            size={28}
            aria-label={t('endSnooze')}
            title={t('endSnooze')}
            onClick={() => onChange({ snoozedUntil: null })}
          >
            <IconClock size={16} />
          </ActionIcon>
        ) : (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size={28} aria-label={t('snooze')} title={t('snooze')}>
                <IconClock size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {snoozeTimes(new Date()).map(({ key, at }) => (
                <Menu.Item key={key} onClick={() => onChange({ snoozedUntil: at.toISOString() })}>
                  {t(`snoozeTimes.${key}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        <ActionIcon
          size={28}
          aria-label={t(archivedAt ? 'unarchive' : 'archive')}
          title={t(archivedAt ? 'unarchive' : 'archive')}
          onClick={() => onChange({ archived: !archivedAt })}
        >
          {archivedAt ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
        </ActionIcon>
      </Group>
    </li>
  );
}
