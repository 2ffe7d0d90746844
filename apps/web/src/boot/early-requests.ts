import { API_ROOT } from '@/lib/api-root';
import type { Language } from '@/lib/i18n/preferred-language';
import { keepEarlyAnswer } from '@/lib/session/early-answers';
import { viewedRole } from '@/lib/session/view-as';

/** Pages for people who aren't logged in. Nothing is requested early for them. */
const PUBLIC_PAGE =
  /^\/(login|login\/second-factor|register|forgot-password|reset-password|accept-invite|verify-email|second-factor-setup)\/?$/;

/** Requests that every page for logged-in users needs before it is drawn. */
const EVERY_PAGE = [`${API_ROOT}/auth/me`, `${API_ROOT}/objects`];
const PIPELINES = `${API_ROOT}/pipelines?limit=200`;
/** Additional first requests by page. */
const OF_PAGE: Record<string, string[]> = {
  '/': [PIPELINES],
  '/opportunities/board': [PIPELINES, `${API_ROOT}/stages?limit=200`],
};

export const isPublicPage = (path: string) => PUBLIC_PAGE.test(path);

/**
 * Requests the session, and then what the page needs first, while the app is loading. The app takes the answers
 * (`takeEarlyAnswer`) or repeats a failed request itself.
 */
export function askEarly(path: string, language: Language): void {
  if (isPublicPage(path)) return;
  const session = alone(() =>
    fetch(`${API_ROOT}/auth/refresh`, { method: 'POST', credentials: 'same-origin' }),
  );
  keepEarlyAnswer(`${API_ROOT}/auth/refresh`, session);
  // When viewing as a role, every request must name it. That is rare and left to the app.
  if (viewedRole()) return;
  const token = session.then(async (response) => {
    if (!response.ok) throw new Error(`no session: ${response.status}`);
    return ((await response.clone().json()) as { accessToken: string }).accessToken;
  });
  for (const address of [...EVERY_PAGE, ...(OF_PAGE[path] ?? [])]) {
    const headers = (bearer: string) => ({ Authorization: `Bearer ${bearer}`, 'Accept-Language': language });
    keepEarlyAnswer(
      address,
      token.then((bearer) => fetch(address, { headers: headers(bearer) })),
    );
  }
}

/** Runs one refresh at a time across all tabs: see `refreshSession`. */
async function alone(ask: () => Promise<Response>): Promise<Response> {
  return navigator.locks ? await navigator.locks.request('pellucid-refresh', ask) : await ask();
}
