import { UnstyledButton } from '@mantine/core';
import { IconHome, IconMenu2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import { iconOf } from '@/records/object-presentation';
import classes from './bottom-nav.module.css';

/** Bottom navigation on narrow screens: home, the first objects, and a button for the rest. */
export default function BottomNav({ onMore }: { onMore: () => void }) {
  const { t } = useTranslation('app');
  const objects = useObjects()
    .filter(({ listed }) => listed)
    .slice(0, 3);
  const items = [
    { to: '/', label: t('home'), icon: IconHome, isExact: true },
    ...objects.map((object) => ({
      to: object.path,
      label: object.pluralLabel,
      icon: iconOf(object),
      isExact: false,
    })),
  ];
  return (
    <nav className={classes['bar']} aria-label={t('navigation')}>
      {items.map(({ to, label, icon: Icon, isExact }) => (
        <Link
          key={to}
          to={to}
          className={classes['item']}
          activeOptions={{ exact: isExact, includeSearch: false }}
          activeProps={{ 'data-active': true, 'aria-current': 'page' }}
        >
          <Icon size={20} aria-hidden />
          <span className={classes['label']}>{label}</span>
        </Link>
      ))}
      <UnstyledButton className={classes['item']} onClick={onMore} aria-haspopup="dialog">
        <IconMenu2 size={20} aria-hidden />
        <span className={classes['label']}>{t('more')}</span>
      </UnstyledButton>
    </nav>
  );
}
