import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The screen sizes at which pages are checked. */
export const SCREENS = {
  wide: { viewport: { width: 1440, height: 900 } },
  narrow: { viewport: { width: 390, height: 844 } },
};

/**
 * Findings of axe, one sentence each. It runs in the page and returns only violations, because transferring everything
 * it knows about each element would take longer than the check.
 *
 * @param options which rules run
 */
async function findings(page: Page, options: RunOptions): Promise<string[]> {
  // Dialogs and pages fade in, so colours are checked after the transitions.
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

/** What a page shows until it is drawn, its data has arrived and its parts have loaded. */
const UNFINISHED = '#until-drawn, .mantine-Skeleton-root, .mantine-Loader-root, [aria-busy="true"]';

/** Waits until the page is complete. On a busy machine the network may be idle before anything is drawn. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect(page.locator(UNFINISHED)).toHaveCount(0);
}

/** Expects that the page doesn't scroll sideways. @param what name of the page, for the message */
export async function expectFits(page: Page, what: string): Promise<void> {
  await settled(page);
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  // A popover gets its final position only after it has been measured.
  await expect.poll(overflow, `${what} is wider than the screen`).toBeLessThanOrEqual(0);
}

/**
 * Expects that the page passes axe in light and dark, and doesn't scroll sideways. One check for each kind of page is
 * enough: a page checked on a wide screen only needs to fit on a phone, unless it is drawn differently there.
 * @param what name of the page, for the message
 * @param ignored IDs of rules that don't apply here; say why beside it
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
