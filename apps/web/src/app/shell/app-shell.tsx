import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createFormats, FormatsContext } from '@/lib/format/formats';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { lazyExtra } from '@/lib/missing-part';
import { useMe } from '@/lib/session/use-me';
import { viewedRole } from '@/lib/session/view-as';
import { RecordFormProvider } from '@/records/form/record-form-provider';
import { overlays } from '../features';
import { PagePending } from '../page-states';
import classes from './app-shell.module.css';
import { LeaveGuard } from './leave-guard';
import { goKeys, useGoPaths } from './go-keys';
import { type PalettePart, togglePalette } from './palette-store';
import { Sidebar } from './sidebar';
import { TopBar } from './top-bar';

const CommandPalette = lazyExtra(() => import('./command-palette'));
// It can wait until the page has loaded what it shows.
const LiveUpdates = lazyExtra(() =>
  new Promise((done) => setTimeout(done, 1_000)).then(() => import('@/records/live/live-updates')),
);
const BottomNav = lazy(() => import('./bottom-nav'));
const Banners = lazy(() => import('./banners'));
const MobileMenu = lazy(() => import('./mobile-menu'));
const ShortcutHelp = lazy(() => import('./shortcut-help'));

/** The company's locale if it matches the chosen language, else the language itself. */
function localeFor(language: string, companyLocale: string | undefined): string {
  return companyLocale?.toLowerCase().startsWith(language) ? companyLocale : language;
}

/** Frame of every page for logged-in users: navigation, search, forms. */
export default function AppShell() {
  const { t, i18n } = useTranslation('app');
  const { settings, user } = useMe();
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const [isAwake, setAwake] = useState(false);
  // May be called before the palette has loaded. It then opens once it has.
  const openPalette = (part?: PalettePart) => {
    setAwake(true);
    togglePalette(part);
  };
  const path = useRouterState({ select: (state) => state.location.pathname });
  const navigate = useNavigate();
  const paths = useGoPaths();
  useShortcuts({
    '?': help.open,
    c: () => openPalette('create'),
    ...Object.fromEntries(paths.map((to) => [goKeys(to), () => void navigate({ to })])),
  });
  useHotkeys([['mod+K', () => openPalette()]], []);

  const { close } = menu;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu that led to it
  useEffect(() => close(), [path, close]);
  useEffect(() => {
    // Drawing the page doesn't need the palette, so it loads after the first interaction.
    const ready = new AbortController();
    const start = () => {
      setAwake(true);
      ready.abort();
    };
    for (const sign of ['pointermove', 'pointerdown', 'keydown'])
      window.addEventListener(sign, start, { signal: ready.signal, passive: true });
    return () => ready.abort();
  }, []);

  const formats = useMemo(
    () =>
      createFormats({
        locale: localeFor(i18n.language, settings.locale),
        zone: settings.zone || 'UTC',
        baseCurrency: settings.baseCurrency || 'USD',
      }),
    [i18n.language, settings],
  );
  return (
    <FormatsContext.Provider value={formats}>
      <RecordFormProvider>
        <div className={classes['shell']}>
          <a href="#content" className={classes['skip']}>
            {t('skip')}
          </a>
          {isNarrow ? null : (
            <div className={classes['sidebar']}>
              <Sidebar />
            </div>
          )}
          <div className={classes['column']}>
            {viewedRole() || !user.emailVerifiedAt ? (
              <Suspense fallback={<div className={classes['bannerPlace']} />}>
                <Banners />
              </Suspense>
            ) : null}
            <TopBar onShowHelp={help.open} />
            <main id="content" className={classes['main']} tabIndex={-1}>
              <Suspense fallback={<PagePending />}>
                <Outlet />
              </Suspense>
            </main>
            {isNarrow ? (
              <Suspense fallback={<div className={classes['bottomPlace']} />}>
                <BottomNav onMore={menu.open} />
              </Suspense>
            ) : null}
          </div>
        </div>
        <LeaveGuard />
        <Suspense>
          <LiveUpdates />
        </Suspense>
        <Suspense fallback={null}>
          {isAwake ? <CommandPalette onShowHelp={help.open} /> : null}
          {isNarrow ? <MobileMenu isOpen={isMenuOpen} onClose={menu.close} /> : null}
          {isHelpOpen ? <ShortcutHelp onClose={help.close} /> : null}
          {overlays.map((Overlay) => (
            <Overlay key={Overlay.displayName ?? Overlay.name} />
          ))}
        </Suspense>
      </RecordFormProvider>
    </FormatsContext.Provider>
  );
}
