import { IconHome } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import { colorOf, iconOf } from '@/records/object-presentation';
import type { FeatureNavItem } from '../feature.types';
import { features } from '../features';
import { activePath } from './active-path';
import classes from './sidebar.module.css';

const WorkspaceSwitcher = lazy(() =>
  import('./workspace-switcher').then(({ WorkspaceSwitcher }) => ({ default: WorkspaceSwitcher })),
);

interface NavLinkProps {
  to: string;
  label: string;
  icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean; className?: string; color?: string }>;
  /** Colour of the icon. */
  color?: string | undefined;
  /** The navigation target that the page belongs to. */
  active: string | undefined;
}

function NavLink({ to, label, icon: Icon, color, active }: NavLinkProps) {
  return (
    <li>
      <Link
        to={to}
        className={classes['link']}
        activeOptions={{ exact: to !== active || to === '/', includeSearch: false }}
        activeProps={{ 'data-active': true, 'aria-current': 'page' }}
      >
        <Icon size={17} aria-hidden className={classes['icon']} {...(color ? { color } : {})} />
        <span className="pl-truncate">{label}</span>
      </Link>
    </li>
  );
}

function NavSection({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <div className={classes['section']}>
      {title ? <h2 className={classes['heading']}>{title}</h2> : null}
      <ul className={classes['list']}>{children}</ul>
    </div>
  );
}

/** Navigation items of the features that the user may use, in order. */
export function useFeatureNav(section: FeatureNavItem['section']): FeatureNavItem[] {
  const { permissions = [] } = useMe();
  const objects = useObjects();
  return features
    .flatMap((feature) => feature.navItems ?? [])
    .filter((item) => item.section === section)
    .filter(({ permission }) => mayUse(permissions, permission))
    .filter(({ action }) => !action || objects.some((object) => object.permissions?.[action]))
    .sort((a, b) => a.order - b.order);
}

const NAV_PARTS = features.flatMap(({ navParts = [] }) => navParts);

export function Sidebar({ label }: { label?: string }) {
  const { t } = useTranslation();
  const objects = useObjects();
  const work = useFeatureNav('work');
  const manage = useFeatureNav('manage');
  // A feature's own page of an object has its place among the features.
  const hasOwnPage = (path: string) => [...work, ...manage].some(({ to }) => to === path);
  const shown = objects.filter(({ listed, path }) => listed && !hasOwnPage(path));
  const pathname = useLocation({ select: (location) => location.pathname });
  const targets = ['/', ...[...work, ...manage].map(({ to }) => to), ...shown.map(({ path }) => path)];
  const active = activePath(pathname, targets);
  const item = ({ to, labelKey, icon }: FeatureNavItem) => (
    <NavLink key={to} to={to} label={t(labelKey)} icon={icon} active={active} />
  );
  return (
    <div className={classes['sidebar']}>
      <div className={classes['workspace']}>
        <Suspense fallback={null}>
          <WorkspaceSwitcher />
        </Suspense>
      </div>
      <nav aria-label={label ?? t('app:navigation')} className={classes['nav']}>
        <NavSection>
          <NavLink to="/" label={t('app:home')} icon={IconHome} active={active} />
          {work.map(item)}
        </NavSection>
        <NavSection title={t('app:records')}>
          {shown.map((object) => (
            <NavLink
              key={object.key}
              to={object.path}
              label={object.pluralLabel}
              icon={iconOf(object)}
              color={colorOf(object)}
              active={active}
            />
          ))}
        </NavSection>
        <Suspense fallback={null}>
          {NAV_PARTS.map((Part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
            <Part key={index} Section={NavSection} classes={classes} />
          ))}
        </Suspense>
        {manage.length ? <NavSection title={t('app:manage')}>{manage.map(item)}</NavSection> : null}
      </nav>
    </div>
  );
}
