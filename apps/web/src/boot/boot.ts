/**
 * Runs before anything is drawn, while the app is loading: colour scheme, language, session. It is a separate bundle
 * (build/first-load.ts), because the content security policy forbids inline scripts.
 */
import { preferredLanguage } from '@/lib/i18n/preferred-language';
import { askEarly, isPublicPage } from './early-requests';
import { watchLoading } from './load-failure';

const page = document.documentElement;

/** Sets the scheme before the first paint, so that dark mode doesn't flash white. The key is Mantine's. */
function chooseScheme(): void {
  let choice: string | null = null;
  try {
    choice = localStorage.getItem('mantine-color-scheme-value');
  } catch {
    // If storage is forbidden, the system's preference decides.
  }
  const isDark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  page.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
}

/** Preloads a chunk in parallel with the app. Without a build there is nothing to preload. */
function preload(address: string | undefined): void {
  if (!address) return;
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.href = address;
  document.head.append(link);
}

chooseScheme();
const language = preferredLanguage();
page.lang = language;
const parts = (document.currentScript as HTMLScriptElement | null)?.dataset;
preload(parts?.[language]);
if (isPublicPage(location.pathname)) page.dataset['frame'] = 'public';
watchLoading(language);
askEarly(location.pathname, language);
