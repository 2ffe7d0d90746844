import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('an admin makes an object and its first record, deletes the object and restores it', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/settings/objects');
  await page.getByRole('button', { name: 'New object' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Label', exact: true }).fill('Service vehicle');
  await dialog.getByRole('textbox', { name: 'Plural label', exact: true }).fill('Service vehicles');
  await expect(dialog.getByRole('textbox', { name: 'Name in the API' })).toHaveValue('serviceVehicle');
  await expect(dialog.getByRole('textbox', { name: 'Path' })).toHaveValue('service-vehicles');
  await dialog.getByRole('button', { name: 'Orange' }).click();
  await dialog.getByRole('textbox', { name: 'Label of the name', exact: true }).fill('Plate');
  await dialog.getByRole('button', { name: 'Create object' }).click();
  const row = page.getByRole('list', { name: 'Your objects' }).getByRole('listitem');
  await expect(row).toContainText('Service vehicles · /service-vehicles · 0 fields · 0 records');
  const inNavigation = page.getByRole('link', { name: 'Service vehicles', exact: true });
  await expect(inNavigation).toBeVisible();
  await expect(page.getByRole('link', { name: 'Fields of Service vehicle' })).toHaveAttribute(
    'href',
    '/settings/fields?object=serviceVehicle',
  );

  await send(request, company, 'POST', '/custom-fields', {
    object: 'serviceVehicle',
    type: 'text',
    name: 'make',
    label: 'Make',
    defaultColumn: true,
  });
  await page.goto('/service-vehicles');
  await page.getByRole('button', { name: 'New Service vehicle' }).click();
  await dialog.getByRole('textbox', { name: 'Plate' }).fill('HH-AB 12');
  await dialog.getByRole('textbox', { name: 'Make' }).fill('Northwind');
  await dialog.getByRole('button', { name: 'Create Service vehicle' }).click();
  await expect(page.getByRole('heading', { name: 'HH-AB 12' })).toBeVisible();
  await page.goto('/service-vehicles');
  await expect(page.getByRole('row', { name: /HH-AB 12/ })).toContainText('Northwind');

  await page.goto('/settings/objects');
  await page.getByRole('button', { name: 'More actions for Service vehicle' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(dialog).toContainText('Service vehicle has 1 field and 1 record.');
  await dialog.getByRole('button', { name: 'Delete object' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The object has records.');
  await dialog.getByRole('checkbox', { name: 'Delete 1 record too' }).check();
  await dialog.getByRole('button', { name: 'Delete object' }).click();
  await expect(page.getByText('No objects of your own yet')).toBeVisible();
  await expect(inNavigation).toHaveCount(0);

  await page.getByRole('button', { name: 'Deleted objects' }).click();
  await expect(dialog).toContainText('30 days left');
  await dialog.getByRole('button', { name: 'Restore Service vehicle' }).click();
  await page.keyboard.press('Escape');
  await expect(row).toContainText('1 field · 1 record');
  await inNavigation.click();
  await expect(page.getByRole('row', { name: /HH-AB 12/ })).toContainText('Northwind');
});
