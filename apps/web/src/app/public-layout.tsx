import { Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Brand } from './brand';
import classes from './public-layout.module.css';
import { LanguageSwitch } from './shell/language-switch';

/** Frame of the pages for people who aren't logged in. */
export function PublicLayout() {
  const { t } = useTranslation('app');
  return (
    <div className={classes['page']}>
      <header className={classes['brand']}>
        <Brand size={28} />
        <span>Pellucid</span>
      </header>
      <main className={classes['card']}>
        <Outlet />
      </main>
      <footer className={classes['footer']}>
        <span>{t('tagline')}</span>
        <LanguageSwitch />
      </footer>
    </div>
  );
}
