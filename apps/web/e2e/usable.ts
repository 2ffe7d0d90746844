import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The screens that pages are looked at on. */
export const SCREENS = {
  wide: { viewport: { width: 1440, height: 900 } },
  narrow: { viewport: { width: 390, height: 844 } },
};

/** What axe finds, a sentence each. @param builder narrows what it looks for */
async function findings(page: Page, builder: AxeBuilder): Promise<string[]> {
  // Dialogs and pages fade in: colours are judged when they stand.
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState, effect }) => {
      const isEndless = effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
      return playState !== 'running' || isEndless;
    }),
  );
  // In the page itself: there are no frames of others, for which a page of its own would be opened each time.
  const { violations } = await builder.setLegacyMode().analyze();
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join('; ')})`,
  );
}

/** The page stands: what it asks for is there, and nothing loads any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
}

/** The page does not scroll sideways. @param what it is, for the message when it does */
export async function expectFits(page: Page, what: string): Promise<void> {
  await settled(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${what} is wider than the screen`).toBeLessThanOrEqual(0);
}

/**
 * The page passes axe, in light and in dark, and does not scroll sideways. One look at each kind of page is enough: what
 * a phone shows of a page that was looked at on a wide screen only has to fit, unless it is drawn in another way there.
 * @param what it is, for the message when it does not
 * @param ignored ids of rules that do not hold here; say why beside it
 */
export async function expectUsable(page: Page, what: string, ignored: string[] = []): Promise<void> {
  await expectFits(page, what);
  expect(await findings(page, new AxeBuilder({ page }).disableRules(ignored)), what).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  const dark = await findings(page, new AxeBuilder({ page }).withRules('color-contrast'));
  expect(dark, `${what} in the dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
}

/** {@link expectUsable} on the wide screen, {@link expectFits} on the narrow one. */
export function expectUsableOn(screen: keyof typeof SCREENS): typeof expectUsable {
  return screen === 'wide' ? expectUsable : expectFits;
}
