import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';

async function violationsOf(page: Page, ignored: string[] = []): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).disableRules(ignored).analyze();
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join('; ')})`,
  );
}

async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
}

test('pages before log-in pass axe', async ({ page }) => {
  for (const path of [
    '/login',
    '/register',
    '/forgot-password',
    '/reset-password?token=x',
    '/accept-invite?token=x',
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await violationsOf(page), path).toEqual([]);
  }
});

for (const [name, options] of Object.entries({
  'wide and light': { viewport: { width: 1440, height: 900 }, colorScheme: 'light' as const },
  'wide and dark': { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' as const },
  'narrow and light': { viewport: { width: 390, height: 844 }, colorScheme: 'light' as const },
})) {
  test.describe(name, () => {
    test.use(options);
    let company: Company;
    test.beforeEach(async ({ page, request }) => {
      company = await registerCompany(request);
      await logIn(page, company);
    });

    test('pages pass axe and do not scroll sideways', async ({ page, request }) => {
      test.setTimeout(180_000);
      const [account] = await createAccounts(request, company, ['Alpha', 'Bravo']);
      await send(request, company, 'PATCH', `/accounts/${account?.id}`, {
        website: 'https://alpha.example',
        country: 'Germany',
      });
      const { data: objects } = await send(request, company, 'GET', '/objects');
      const paths = ['/', ...objects.map(({ path }: { path: string }) => path)];
      paths.push(`/accounts/${account?.id}`, `/accounts/${account?.id}?tab=history`, '/nowhere');
      const links = await page
        .locator('nav a[href^="/"]')
        .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href') ?? '/'));
      for (const path of new Set([...paths, ...links])) {
        await page.goto(path);
        await settle(page);
        expect(await violationsOf(page), path).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
      }
    });

    test('dialogs pass axe', async ({ page, request }) => {
      await createAccounts(request, company, ['Alpha']);
      await page.goto('/accounts');
      await settle(page);
      await page
        .getByRole('button', { name: /^New( Account)?$/ })
        .last()
        .click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(page.getByRole('dialog').getByRole('textbox').first()).toBeFocused();
      expect(await violationsOf(page), 'form').toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Apply' })).toBeVisible();
      expect(await violationsOf(page), 'filter').toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
      await expect(page.getByRole('menu')).toBeVisible();
      // Menus are drawn outside the landmarks, as the ARIA practices show them.
      expect(await violationsOf(page, ['region']), 'menu').toEqual([]);
    });
  });
}
