import { expect, test } from './test';
import { createAccounts, logIn, registerCompany, send } from './company';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('a phone finds, opens and changes a record', async ({ page, request }) => {
  const company = await registerCompany(request);
  await createAccounts(request, company, ['Alpha', 'Bravo']);
  await logIn(page, company);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).tap();
  await page.getByRole('link', { name: /Bravo/ }).tap();
  await expect(page.getByRole('heading', { name: 'Bravo' })).toBeVisible();
  await page.getByRole('button', { name: 'Edit City' }).tap();
  await page.getByRole('textbox', { name: 'City' }).fill('Kiel');
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText('Kiel')).toBeVisible();
  await page.getByRole('button', { name: 'More', exact: true }).tap();
  await page.getByRole('dialog').getByRole('link', { name: 'Contacts' }).tap();
  await expect(page.getByText('No Contacts yet')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  // The menu also closes after choosing the current page.
  await page.getByRole('button', { name: 'More', exact: true }).tap();
  await page.getByRole('dialog').getByRole('link', { name: 'Contacts' }).tap();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a phone shows the whole names of the deals that close this month', async ({ page, request }) => {
  const company = await registerCompany(request);
  const name = 'Northern Harbour Authority – maintenance and spare parts';
  // In the last minutes of a month, one closes in this month and one in the next.
  for (const minutes of [0, 10]) {
    const closeDate = new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 10);
    await send(request, company, 'POST', '/opportunities', { name, amount: '125000', closeDate });
  }
  await logIn(page, company);
  const shown = page.getByRole('region', { name: 'Closing this month' }).getByText(name).first();
  await expect(shown).toBeVisible();
  expect(await shown.evaluate((e) => e.scrollWidth - e.clientWidth)).toBe(0);
});

test('inputs beside each other line up when a label needs two lines', async ({ page, request }) => {
  const company = await registerCompany(request);
  const deal = await send(request, company, 'POST', '/opportunities', { name: 'Pumps for the harbour' });
  await logIn(page, company, `/opportunities/${deal.id}`);
  await page.evaluate(() => localStorage.setItem('pellucid-language', 'de'));
  await page.reload();
  await page.getByRole('tab', { name: 'Produkte' }).tap();
  await page.getByRole('button', { name: 'Produkt hinzufügen' }).tap();
  const dialog = page.getByRole('dialog');
  const labels = await dialog
    .locator('label')
    .filter({ hasText: /Menge|Einzelpreis|Rabatt/ })
    .all();
  const heights = await Promise.all(labels.map((label) => label.evaluate((e) => e.clientHeight)));
  expect(new Set(heights).size, 'one label takes two lines').toBe(2);
  await dialog.getByLabel('Menge').fill('0');
  await dialog.getByRole('button', { name: 'Speichern' }).tap();
  await expect(dialog.getByText('größer als 0')).toBeVisible();
  const tops = await Promise.all(
    ['Menge', 'Einzelpreis', 'Rabatt'].map((label) =>
      dialog.getByLabel(label).evaluate((e) => e.getBoundingClientRect().top),
    ),
  );
  expect(new Set(tops).size).toBe(1);
});
