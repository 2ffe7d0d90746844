import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('changes are undone from their toast, deletions from the recycle bin too', async ({ page, request }) => {
  const company = await registerCompany(request);
  const account = await send(request, company, 'POST', '/accounts', { name: 'Acme', city: 'Zug' });
  await send(request, company, 'POST', '/contacts', { lastName: 'Ames', account: account.id });
  await logIn(page, company, '/accounts');

  // A new record goes again.
  await page.getByRole('button', { name: 'New account' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Globex');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone.')).toBeVisible();
  await page.goto('/accounts');
  await expect(page.getByRole('link', { name: 'Acme' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Globex' })).toHaveCount(0);

  // A deletion with its contacts is one entry in the bin, and comes back as a whole.
  await page.getByRole('link', { name: 'Acme' }).click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('radio', { name: /^Delete/ }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Acme deleted')).toBeVisible();
  await page.goto('/bin');
  await expect(page.getByRole('listitem').filter({ hasText: 'Acme' })).toContainText('with 1 Contact');
  await page.getByRole('button', { name: 'Restore Acme' }).click();
  await expect(page.getByText('Record restored.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore Acme' })).toHaveCount(0);

  // The audit log undoes what happened together, after a preview.
  await send(request, company, 'PATCH', `/accounts/${account.id}`, { city: 'Bern' });
  await page.goto(`/audit?record=${account.id}`);
  await page
    .getByRole('button', { name: /Changed Account/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Undo all of this…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 record is set back.');
  await expect(dialog).toContainText('Zug');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone.')).toBeVisible();
  expect((await send(request, company, 'GET', `/accounts/${account.id}`)).city).toBe('Zug');
});

test('an import is rolled back from its page', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/imports/new');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles({
    name: 'accounts.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('Name,City\nAcme,Zug\nGlobex,Bern\n'),
  });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page
    .getByRole('button', { name: /^Import/ })
    .last()
    .click();
  await expect(page.getByText('All rows imported')).toBeVisible();
  await page.getByRole('button', { name: 'Roll back import' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2 records are deleted.');
  await dialog.getByRole('button', { name: 'Roll back import' }).click();
  await expect(page.getByText('Import rolled back')).toBeVisible();
  expect((await send(request, company, 'GET', '/accounts')).data).toEqual([]);
});
