import { connection as german } from '@/app/locales/de.json';
import { connection as english } from '@/app/locales/en.json';
import type { Language } from '@/lib/i18n/preferred-language';

const texts = { en: english, de: german };

/** Shows a message if a script, style sheet or text of the app can't be fetched, and offers to retry. */
export function watchLoading(language: Language): void {
  const onError = ({ target }: ErrorEvent) => {
    const isPart =
      target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && isStyles(target));
    if (isPart) showFailure(language);
  };
  // Error events of elements don't bubble, so the listener captures them.
  window.addEventListener('error', onError, true);
  // The app's start rejects if its texts can't be fetched.
  window.addEventListener('unhandledrejection', () => showFailure(language));
}

const isStyles = (link: HTMLLinkElement) => link.rel === 'stylesheet';

/** Fills the error page in index.html. Once the app is drawn, that page is gone and the app shows its own errors. */
function showFailure(language: Language): void {
  const page = document.getElementById('load-failure');
  if (!page) return;
  const { unreachable, unreachableText, retry } = texts[language];
  const [title, text, button] = ['h1', 'p', 'button'].map((tag) => page.querySelector(tag));
  if (title) title.textContent = unreachable;
  if (text) text.textContent = unreachableText;
  if (button) {
    button.textContent = retry;
    button.addEventListener('click', () => location.reload());
  }
  page.hidden = false;
  window.addEventListener('online', () => location.reload(), { once: true });
}
