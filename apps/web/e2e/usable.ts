import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The screens that pages are looked at on. */
export const SCREENS = {
  wide: { viewport: { width: 1440, height: 900 } },
  narrow: { viewport: { width: 390, height: 844 } },
};

/**
 * What axe finds, a sentence each. It runs in the page and tells violations only: all it knows of every element would
 * take longer to bring over than to find.
 *
 * @param options which rules run
 */
async function findings(page: Page, options: RunOptions): Promise<string[]> {
  // Dialogs and pages fade in: colours are judged when they stand.
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState, effect }) => {
      const isEndless = effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
      return playState !== 'running' || isEndless;
    }),
  );
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async (options) => {
    const { axe } = window as unknown as {
      axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
    };
    const found = await axe.run(document, { ...options, resultTypes: ['violations'], preload: false });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      targets: nodes.slice(0, 3).map(({ target }) => target.join(' ')),
    }));
  }, options);
  return violations.map(({ id, help, targets }) => `${id}: ${help} (${targets.join('; ')})`);
}

/** The page stands: what it asks for is there, and nothing loads any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
}

/** The page does not scroll sideways. @param what it is, for the message when it does */
export async function expectFits(page: Page, what: string): Promise<void> {
  await settled(page);
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  // A popover is put to its place once it has been measured.
  await expect.poll(overflow, `${what} is wider than the screen`).toBeLessThanOrEqual(0);
}

/**
 * The page passes axe, in light and in dark, and does not scroll sideways. One look at each kind of page is enough: what
 * a phone shows of a page that was looked at on a wide screen only has to fit, unless it is drawn in another way there.
 * @param what it is, for the message when it does not
 * @param ignored ids of rules that do not hold here; say why beside it
 */
export async function expectUsable(page: Page, what: string, ignored: string[] = []): Promise<void> {
  await expectFits(page, what);
  expect(
    await findings(page, { rules: Object.fromEntries(ignored.map((id) => [id, { enabled: false }])) }),
    what,
  ).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  const dark = await findings(page, { runOnly: ['color-contrast'] });
  expect(dark, `${what} in the dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
}

/** {@link expectUsable} on the wide screen, {@link expectFits} on the narrow one. */
export function expectUsableOn(screen: keyof typeof SCREENS): typeof expectUsable {
  return screen === 'wide' ? expectUsable : expectFits;
}
