import { ActionIcon, Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { togglePalette } from './palette-store';
import classes from './top-bar.module.css';

// Menus can load after the page is drawn.
const TopMenus = lazy(() => import('./top-menus'));

const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The bar on every page: search, create, colour scheme, user menu. */
export function TopBar({ onShowHelp }: { onShowHelp: () => void }) {
  const { t } = useTranslation('app');
  return (
    <header className={classes['bar']}>
      <UnstyledButton
        className={classes['search']}
        onClick={() => togglePalette()}
        aria-keyshortcuts="Control+K"
      >
        <IconSearch size={15} aria-hidden />
        <span className={classes['hint']}>{t('search')}</span>
        <Kbd size="xs" className={classes['key']}>
          {isApple ? '⌘ K' : 'Ctrl K'}
        </Kbd>
      </UnstyledButton>
      <div className={classes['actions']}>
        <ActionIcon
          hiddenFrom="sm"
          size={34}
          aria-label={t('search')}
          onClick={() => togglePalette()}
          className={classes['searchIcon']}
        >
          <IconSearch size={18} />
        </ActionIcon>
        <Suspense fallback={<span className={classes['pending']} aria-busy />}>
          <TopMenus onShowHelp={onShowHelp} />
        </Suspense>
      </div>
    </header>
  );
}
