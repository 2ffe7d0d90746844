import { expect, test } from './test';
import { logIn, registerCompany } from './company';

test('logging out in one tab ends the others', async ({ context, page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  const other = await context.newPage();
  await other.goto('/accounts');
  await expect(other.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(other.getByRole('heading', { name: 'Log in' })).toBeVisible();
});

test('many tabs opened at once share one session', async ({ context, page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  const tabs = await Promise.all(Array.from({ length: 5 }, () => context.newPage()));
  await Promise.all(tabs.map((tab) => tab.goto('/accounts')));
  for (const tab of tabs) await expect(tab.getByText('No Accounts yet')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: /Rita/ })).toBeVisible();
});

test('a page that is reloaded while it renews the session stays logged in', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  for (let lost = 0; lost < 3; lost += 1) {
    // The server exchanges the cookie, but the browser never gets the response with the next one.
    await page.route('**/auth/refresh', async (route) => {
      const asked = route.request();
      await fetch(asked.url(), { method: 'POST', headers: await asked.allHeaders() });
      await route.abort();
    });
    const failed = page.waitForEvent('requestfailed', (each) => each.url().endsWith('/auth/refresh'));
    await page.reload();
    await failed;
    await page.unroute('**/auth/refresh');
  }
  await page.reload();
  await expect(page.getByRole('heading', { name: /Rita/ })).toBeVisible();
});

test('log-in leads to the requested page, and never off the site', async ({ page, request }) => {
  const company = await registerCompany(request);
  await page.goto('/contacts?q=ada');
  await page.getByLabel('E-mail').fill(company.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('not this one');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('textbox', { name: 'Password' }).fill(company.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL(/\/contacts\?q=ada/);

  await page.context().clearCookies();
  await page.goto('/login?next=%2F%2Fexample.com');
  await page.getByLabel('E-mail').fill(company.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(company.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: /Rita/ })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/');
});

test('an unreachable server and a rate limit are reported, and the request is repeated', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  await page.route('**/api/**', (route) => route.abort());
  await page.goto('/accounts');
  await expect(page.getByRole('alert')).toContainText("Can't reach Pellucid");
  await page.unroute('**/api/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No Accounts yet')).toBeVisible();

  await page.route('**/api/**', (route) =>
    route.fulfill({
      status: 429,
      headers: { 'Retry-After': '2' },
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 429, code: 'tooManyRequests', title: 'Too many requests' }),
    }),
  );
  await page.goto('/contacts');
  await expect(page.getByRole('alert')).toContainText('Too many requests');
  await page.unroute('**/api/**');
  // The page retries on its own.
  await expect(page.getByText('No Contacts yet')).toBeVisible();
});

test('the app speaks German', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
  await page.getByRole('menuitem', { name: 'Deutsch' }).click();
  await expect(page.getByRole('link', { name: 'Start' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('link', { name: 'Start' })).toBeVisible();
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
});
