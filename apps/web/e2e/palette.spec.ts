import { expect, test } from './test';
import { createAccounts, logIn, registerCompany } from './company';

test('pages are reached, records created and the record at hand changed by keys alone', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const [account] = await createAccounts(request, company, ['Alpha', 'Beta']);
  await logIn(page, company);

  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();
  // In a list, "c" alone creates what one chooses.
  await page.keyboard.press('c');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await expect(palette.getByRole('textbox', { name: 'What do you want to create?' })).toBeFocused();
  await expect(palette.getByRole('button', { name: 'Accounts', exact: true })).toHaveCount(0);
  await page.keyboard.type('contact');
  await expect(palette.getByRole('button')).toHaveText(['New Contact']);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'New Contact' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { name: 'Contacts', level: 1 })).toBeVisible();

  await page.goto(`/accounts/${account?.id}`);
  await expect(page.getByRole('heading', { name: 'Alpha', level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add Note' })).toBeVisible();
  await page.keyboard.press('Control+k');
  const own = palette.getByRole('button');
  await expect(own.first()).toHaveText('Edit');
  await page.keyboard.type('copy link');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Copied')).toBeVisible();
  await expect(palette).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('delete');
  await expect(own.first()).toHaveText(/^Delete/);
  await page.keyboard.press('Enter');
  await page
    .getByRole('dialog', { name: 'Delete this Account?' })
    .getByRole('button', { name: 'Delete' })
    .click();
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();
  await expect(page.getByText('Alpha deleted')).toBeVisible();
  // Away from the record, its commands are gone.
  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('button', { name: 'Copy link' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const places = help.getByRole('region').or(help.locator('section')).filter({ hasText: 'Go to' });
  await expect(places).toContainText('My day');
  await expect(places).toContainText('Notifications');
});
