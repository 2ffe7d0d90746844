import { expect, test } from './test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';

let company: Company;

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  await logIn(page, company);
});

test('the palette finds records of all objects while one types, and leads to them and to all of them', async ({
  page,
  request,
}) => {
  const [account] = await createAccounts(request, company, ['Müller Maschinenbau', 'Meyer Handel']);
  await send(request, company, 'POST', '/contacts', { lastName: 'Müllerova', phone: '+49 171 2345678' });
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  const text = palette.getByRole('textbox');
  await text.fill('mueller');
  const hits = palette.getByRole('button', { name: /Müller/ });
  await expect(hits).toHaveCount(2);
  await expect(palette.locator('mark').first()).toHaveText('Müller');
  await text.fill('171/234 56');
  await expect(palette.getByRole('button', { name: 'Müllerova' })).toContainText('Phone: +49 171 2345678');

  // Only objects that are chosen are searched.
  await text.fill('mueller');
  await expect(hits).toHaveCount(2);
  await palette.getByText('Accounts', { exact: false }).first().click();
  await expect(palette.getByRole('checkbox', { name: /^Accounts/ })).toBeChecked();
  await expect(hits).toHaveCount(1);
  await text.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/accounts/${account?.id}$`));

  await page.keyboard.press('Control+k');
  await text.fill('muller');
  await palette.getByRole('button', { name: 'Show all results for “muller”' }).click();
  await expect(page).toHaveURL(/\/search\?q=muller/);
  await expect(page.getByRole('list', { name: 'Results' }).getByRole('listitem')).toHaveCount(2);
});

test('the search page says why a record is found, and why another one is not', async ({ page, request }) => {
  const [acme, other] = await createAccounts(request, company, ['Acme Werke', 'Other']);
  await page.goto('/search');
  await page.getByRole('textbox', { name: /^Names, words/ }).fill('acmee');
  const results = page.getByRole('list', { name: 'Results' });
  await expect(results.getByRole('link', { name: 'Acme Werke' })).toHaveAttribute(
    'href',
    `/accounts/${acme?.id}`,
  );
  await page.getByRole('button', { name: 'Why Acme Werke was found' }).click();
  await expect(page.getByText('Name has a word that is spelt like the search')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Missing a record?' }).click();
  await page.getByLabel('Link or ID of the record').fill(`${page.url()}/accounts/${other?.id}`);
  await page.getByRole('button', { name: 'Find out' }).click();
  await expect(page.getByText('No field that you can search has a word like “acmee”.')).toBeVisible();
  await page.reload();
  await expect(results.getByRole('listitem')).toHaveCount(1);
});
