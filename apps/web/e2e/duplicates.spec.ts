import { expect, type Page, test } from './test';
import { logIn, registerCompany, send } from './company';

/** Takes screenshots where PELLUCID_SHOTS names a folder. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['PELLUCID_SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
}

test('an admin makes a rule, is warned of a duplicate, and saves it anyway', async ({ page, request }) => {
  const company = await registerCompany(request);
  await send(request, company, 'POST', '/accounts', { name: 'Northwind Traders GmbH' });
  await logIn(page, company, '/settings/duplicates');
  await expect(page.getByRole('list', { name: 'Duplicate rules' }).getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'New rule' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Same company');
  await dialog.getByRole('combobox', { name: 'Objects' }).click();
  await page.getByRole('option', { name: 'Accounts' }).click();
  await page.keyboard.press('Tab');
  await dialog.getByRole('combobox', { name: 'Fields of Accounts' }).click();
  await page.getByRole('option', { name: 'Name', exact: true }).click();
  await page.keyboard.press('Tab');
  await dialog.getByRole('button', { name: 'Try the rule' }).click();
  await expect(dialog.getByText('No pairs among the latest 1 records.')).toBeVisible();
  await shot(page, 'rule-dialog');
  await dialog.getByRole('button', { name: 'Create rule' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Same company' });
  await expect(row).toContainText('Accounts · same Name');
  // A job of the worker prepares the records that are there.
  await expect(row).not.toContainText('Preparing');
  await shot(page, 'rules');
  await page.setViewportSize({ width: 390, height: 800 });
  await shot(page, 'rules-narrow');
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.goto('/accounts');
  const create = async () => {
    await page.getByRole('button', { name: 'New Account' }).click();
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('NORTHWIND TRADERS Inc.');
    await dialog.getByRole('button', { name: 'Create Account' }).click();
  };
  await create();
  const warning = page.getByRole('dialog', { name: 'This may be a duplicate' });
  await expect(warning.getByRole('link', { name: 'Northwind Traders GmbH' })).toHaveAttribute(
    'href',
    /^\/accounts\//,
  );
  await expect(warning).toContainText('Account · same Name');
  await shot(page, 'warning');
  await warning.getByRole('button', { name: 'Go back' }).click();
  await expect(warning).toBeHidden();
  await expect(dialog.getByRole('alert')).toContainText('there may already be such a record');
  await dialog.getByRole('button', { name: 'Create Account' }).click();
  await warning.getByRole('button', { name: 'Save anyway' }).click();
  await expect(page.getByRole('heading', { name: 'NORTHWIND TRADERS Inc.' })).toBeVisible();

  await page.goto('/settings/duplicates');
  await page.getByRole('button', { name: 'More actions for Same company' }).click();
  await page.getByRole('menuitem', { name: 'Turn off' }).click();
  await expect(row).toContainText('Off');
  await page.getByRole('button', { name: 'More actions for Same company' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete rule' }).click();
  await expect(row).toBeHidden();
});
