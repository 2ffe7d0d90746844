import { expect, type Page } from '@playwright/test';

declare global {
  /** Every message that the page has shown since it was loaded. */
  var shownMessages: string[] | undefined;
}

/** Records the messages of pages that are opened from now on. They go after four seconds, which a busy machine may miss. */
export async function recordMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (globalThis.shownMessages) return;
    const shown: string[] = [];
    globalThis.shownMessages = shown;
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        const message = node instanceof Element && node.closest('.mantine-Notification-root');
        const inside =
          node instanceof Element ? [...node.querySelectorAll('.mantine-Notification-root')] : [];
        for (const each of message ? [message] : inside) shown.push(each.textContent ?? '');
      }
    }).observe(document, { childList: true, subtree: true });
  });
}

/** Expects that the page shows a message with this text, or has shown it. */
export async function expectMessage(page: Page, text: string): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => globalThis.shownMessages), `a message "${text}"`)
    .toContainEqual(expect.stringContaining(text));
}
