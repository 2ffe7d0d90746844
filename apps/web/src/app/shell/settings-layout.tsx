import { IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import { features } from '../features';
import { PageTitle } from './page-title';
import classes from './settings-layout.module.css';

interface SettingsLayoutProps {
  /** Key of the chosen part, as named in the feature's `settingsParts`. */
  part: string;
  /** Buttons beside the part's title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** Frame of the settings pages: the list of parts on the left, the chosen part on the right. */
export function SettingsLayout({ part, actions, children }: SettingsLayoutProps) {
  const { t } = useTranslation();
  const objects = useObjects();
  const { permissions } = useMe();
  const parts = features.flatMap((feature) => feature.settingsParts ?? []).sort((a, b) => a.order - b.order);
  const title = t(parts.find(({ key }) => key === part)?.labelKey ?? 'settings.title');
  useDocumentTitle(`${title} · ${t('settings.title')}`);
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the parts form a scrolling row. Scrolls the chosen one into view.
  useEffect(() => {
    nav.current
      ?.querySelector(`[data-part="${part}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [part]);
  const shown = parts
    .filter(({ object }) => !object || objects.some(({ key }) => key === object))
    .filter(({ permission }) => mayUse(permissions, permission));
  return (
    <div className={classes['page']}>
      <header className={classes['header']}>
        <PageTitle title={t('settings.title')} icon={<IconSettings size={18} aria-hidden />} />
      </header>
      <div className={classes['body']}>
        <nav ref={nav} aria-label={t('settings.title')} className={classes['nav']}>
          {shown.map(({ to, key, labelKey, icon: Icon }) => (
            <Link
              key={key}
              data-part={key}
              to={to}
              className={classes['link']}
              data-active={key === part || undefined}
              aria-current={key === part ? 'page' : undefined}
            >
              <Icon size={16} aria-hidden />
              {t(labelKey)}
            </Link>
          ))}
        </nav>
        <div className={classes['content']}>
          <div className={classes['heading']}>
            <h2 className={classes['title']}>{title}</h2>
            {actions}
          </div>
          {children}
        </div>
      </div>
    </div>
  );
}
