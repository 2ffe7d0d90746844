import { expect, test } from '@playwright/test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';
import { expectUsable, SCREENS } from './usable';

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
    await expectUsable(page, path);
  }
});

for (const [name, screen] of Object.entries(SCREENS)) {
  test.describe(name, () => {
    test.use(screen);
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
        await expectUsable(page, path);
      }
    });

    test('dialogs pass axe', async ({ page, request }) => {
      await createAccounts(request, company, ['Alpha']);
      await page.goto('/accounts');
      await page
        .getByRole('button', { name: /^New( Account)?$/ })
        .last()
        .click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(page.getByRole('dialog').getByRole('textbox').first()).toBeFocused();
      await expectUsable(page, 'form');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Apply' })).toBeVisible();
      await expectUsable(page, 'filter');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
      await expect(page.getByRole('menu')).toBeVisible();
      // Menus are drawn outside the landmarks, as the ARIA practices show them.
      await expectUsable(page, 'menu', ['region']);
    });
  });
}
