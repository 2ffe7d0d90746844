import { expect, type Page, test } from './test';
import { logIn, registerCompany } from './company';

const UNREACHABLE = "Can't reach Pellucid";

/** Makes requests for a part of the app fail, as without a connection. Returns a function that lets them through. */
async function withhold(page: Page, part: RegExp): Promise<() => Promise<void>> {
  // Else the first failure would reload the page, as after a release: the server still answers.
  await page.addInitScript(() => sessionStorage.setItem('pellucid-reloaded-at', String(Date.now())));
  await page.route(part, (route) => route.abort());
  return () => page.unroute(part);
}

test("a page says that it can't fetch its style sheet, and loads after a retry", async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  const release = await withhold(page, /\/assets\/settings-[^/]+\.css$/);
  await page.goto('/settings');
  await expect(page.locator('#content').getByRole('alert')).toContainText(UNREACHABLE);
  await release();
  await page.locator('#content').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
});

test("the app says that it can't fetch its texts, and starts after a retry", async ({ page }) => {
  const release = await withhold(page, /\/assets\/catalogue-en-[^/]+\.js$/);
  await page.goto('/login');
  await expect(page.getByRole('alert')).toContainText(UNREACHABLE);
  await release();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
});

test('a page stays when parts that it can do without are missing', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  // The notifications' chunk is named after the folder of their package.
  const parts = ['esm', 'live-updates', 'command-palette'].map(
    (name) => new RegExp(`/assets/${name}-[^/]+\\.js$`),
  );
  for (const part of parts) await withhold(page, part);
  const asked = parts.map((part) => page.waitForEvent('requestfailed', (each) => part.test(each.url())));
  await page.goto('/accounts');
  await expect(page.getByText('No Accounts yet')).toBeVisible();
  await page.mouse.move(200, 200);
  await page.mouse.move(300, 300);
  await Promise.all(asked);
  await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
  await expect(page.getByRole('menuitem', { name: 'Log out' })).toBeVisible();
});
