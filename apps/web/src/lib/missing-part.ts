import { lazy } from 'react';

/** Messages when a chunk of the app can't be fetched: Chromium and Firefox, Safari, and Vite's for a style sheet. */
const SAID = /dynamically imported module|Importing a module script failed|Unable to preload CSS/i;

/** Whether an error means that a chunk of the app could not be fetched. */
export function isPartMissing(error: unknown): boolean {
  return error instanceof Error && SAID.test(error.message);
}

const RELOADED_AT = 'pellucid-reloaded-at';
const PATIENCE_MS = 30_000;

/**
 * Reloads the app if a new release replaced a chunk: the server answers and there was no reload just before. Otherwise
 * the error page says that Pellucid can't be reached.
 */
export async function startOverAfterRelease(): Promise<void> {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED_AT) ?? 0) < PATIENCE_MS) return;
  const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  location.reload();
}

type Component = Awaited<ReturnType<Parameters<typeof lazy>[0]>>['default'];

/**
 * Like React's `lazy`, for a part that loads by itself and that pages can do without. If it can't be fetched, nothing is
 * drawn in its place, where an error would take down the whole page.
 */
export function lazyExtra<Part extends Component>(load: () => Promise<{ default: Part }>) {
  return lazy(async (): Promise<{ default: Part }> => {
    try {
      return await load();
    } catch (error) {
      if (isPartMissing(error)) return { default: (() => null) as unknown as Part };
      throw error;
    }
  });
}
