/**
 * Runs before anything is drawn, while the app is still on its way: colour scheme, language, session. A bundle of its own
 * (build/first-load.ts), since the content security policy allows no inline script.
 */
import { preferredLanguage } from '@/lib/i18n/preferred-language';
import { askEarly, isPublicPage } from './early-requests';
import { watchLoading } from './load-failure';

const page = document.documentElement;

/** So that nobody who works in the dark is dazzled. The key is Mantine's. */
function chooseScheme(): void {
  let choice: string | null = null;
  try {
    choice = localStorage.getItem('mantine-color-scheme-value');
  } catch {
    // Storage may be forbidden; the system's preference then decides.
  }
  const isDark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  page.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
}

/** Fetches a part of the app beside it instead of after it. Without a build nothing is named. */
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
