import { expect, test } from './test';

const unique = Date.now().toString(36);

test('a company registers, keeps its accounts and logs out', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/\/login/);
  await page.getByRole('link', { name: 'Register your company' }).click();
  await page.getByLabel('Company', { exact: true }).fill('Hartmann & Vogel');
  const address = page.getByLabel('Company address');
  await expect(address).toHaveValue('hartmann-vogel');
  await address.fill(`hv-${unique}`);
  await page.getByLabel('Your name').fill('Rita Sommer');
  await page.getByLabel('E-mail').fill(`rita-${unique}@example.com`);
  const password = page.getByRole('textbox', { name: 'Password' });
  await password.fill('short');
  await page.getByRole('button', { name: 'Create company' }).click();
  await expect(page.getByText(/at least 10 characters/i)).toBeVisible();
  await password.fill('clear water at dawn');
  await page.getByRole('button', { name: 'Create company' }).click();
  await expect(page.getByRole('heading', { name: /Rita/ })).toBeVisible();

  await page.getByRole('link', { name: 'Accounts' }).first().click();
  await expect(page.getByText('No Accounts yet')).toBeVisible();
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New Account' });
  await form.getByRole('button', { name: 'Create Account' }).click();
  await expect(form.getByText('Name is required.')).toBeVisible();
  await form.getByLabel('Name').first().fill('Acme Corporation');
  await form.getByLabel('Employees').fill('2500');
  await form.getByLabel('Annual revenue').fill('1000');
  await form.getByLabel('Website').fill('not a web address');
  await form.getByRole('button', { name: 'Create Account' }).click();
  await expect(form.getByText(/must be a web address/)).toBeVisible();
  await form.getByLabel('Website').fill('https://acme.example');
  await form.getByRole('button', { name: 'Create Account' }).click();
  await expect(page.getByRole('heading', { name: 'Acme Corporation' })).toBeVisible();

  await page.getByRole('button', { name: 'Edit Employees' }).click();
  await page.getByRole('textbox', { name: 'Employees' }).fill('2600');
  await page.keyboard.press('Enter');
  await expect(page.getByText('2,600')).toBeVisible();

  await page.getByRole('tab', { name: 'Timeline' }).click();
  const history = page.getByRole('tabpanel', { name: 'Timeline' });
  await expect(history.getByText('Rita Sommer created this')).toBeVisible();
  const creation = history.getByRole('listitem').filter({ hasText: 'created this' });
  await expect(creation.getByText('Calculated from Annual revenue')).toBeVisible();
  const change = history.getByRole('listitem').filter({ hasText: 'made changes' });
  await expect(change).toContainText('2,500');
  await expect(change).toContainText('2,600');

  await page.reload();
  await expect(page.getByRole('heading', { name: 'Acme Corporation' })).toBeVisible();

  await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
});
