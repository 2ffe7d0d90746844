import { expect, test } from '@playwright/test';
import { logIn, registerCompany, send } from './company';

test('many records are changed after a preview, and changed back', async ({ page, request }) => {
  const company = await registerCompany(request);
  for (const [name, employees] of [
    ['Alder', 10],
    ['Birch', 20],
    ['Cedar', 1],
  ] as const)
    await send(request, company, 'POST', '/accounts', { name, employees });
  await logIn(page, company, '/accounts');
  for (const name of ['Alder', 'Birch', 'Cedar'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await page.getByRole('toolbar', { name: 'Selected records' }).getByRole('button', { name: 'Edit' }).click();

  const dialog = page.getByRole('dialog', { name: 'Edit Accounts' });
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(dialog.getByText('Choose a field.')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Employees', exact: true }).click();
  await dialog.getByRole('combobox', { name: 'What to do' }).click();
  await page.getByRole('option', { name: 'Increase by an amount' }).click();
  await dialog.getByRole('textbox', { name: 'By' }).fill('-5');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(dialog.getByText('2 records will change. 1 record will be refused.')).toBeVisible();
  await expect(dialog.getByText(/^Cedar: /)).toBeVisible();
  await dialog.getByRole('button', { name: 'Change 3 records' }).click();
  await expect(dialog).toBeHidden();

  const employees = async () => {
    const { data } = await send(request, company, 'GET', '/accounts?sort=name&fields=employees');
    return data.map((account: { employees: number }) => account.employees);
  };
  await expect(page.getByText('2 records changed')).toBeVisible();
  expect(await employees()).toEqual([5, 15, 1]);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(employees).toEqual([10, 20, 1]);
});
