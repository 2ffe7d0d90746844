import { connection as german } from '@/app/locales/de.json';
import { connection as english } from '@/app/locales/en.json';
import type { Language } from '@/lib/i18n/preferred-language';

const texts = { en: english, de: german };

/** Says so where a script or style sheet of the app cannot be fetched, and offers to try again. */
export function watchLoading(language: Language): void {
  const onError = ({ target }: ErrorEvent) => {
    const isPart =
      target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && isStyles(target));
    if (isPart) showFailure(language);
  };
  // Failures of elements do not bubble; they are seen on the way down.
  window.addEventListener('error', onError, true);
}

const isStyles = (link: HTMLLinkElement) => link.rel === 'stylesheet';

/** Fills the page that index.html keeps for it. Once the app is drawn, that page is gone, and the app speaks for itself. */
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
