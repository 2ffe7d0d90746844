import { readFile } from 'node:fs/promises';
import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';
import { expectUsable, SCREENS } from './usable';

test('a filtered list and a selection are exported, followed and downloaded', async ({ page, request }) => {
  const company = await registerCompany(request);
  for (const [name, city] of [
    ['Anvil', 'Rome'],
    ['Bell', 'Oslo'],
    ['Candle', 'Rome'],
  ])
    await send(request, company, 'POST', '/accounts', { name, city });
  await logIn(
    page,
    company,
    '/accounts?filter=%7B%22field%22%3A%22city%22%2C%22op%22%3A%22eq%22%2C%22value%22%3A%22Rome%22%7D',
  );
  await expect(page.getByText('Candle')).toBeVisible();
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export 2 Accounts' });
  await dialog.getByRole('radio', { name: 'Choose fields' }).click();
  await dialog.getByLabel('Delimiter').click();
  await page.getByRole('option', { name: 'Pipe' }).click();
  await dialog.getByLabel('Mark the file as Unicode').uncheck();
  await expectUsable(page, 'the dialog');
  await dialog.getByRole('button', { name: 'Export 2 Accounts' }).click();
  await expect(dialog).toHaveCount(0);

  const notice = page.getByRole('alert').filter({ hasText: 'Accounts exported' });
  await expect(notice).toContainText('2 rows');
  const saved = page.waitForEvent('download');
  await notice.getByRole('button', { name: 'Download' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^accounts-[\d-]+\.csv$/);
  const content = await readFile((await file.path())!, 'utf8');
  expect(content.startsWith('\ufeff')).toBe(false);
  expect(content.split('\r\n').map((line) => line.split('|')[1])).toEqual([
    'Name',
    'Candle',
    'Anvil',
    undefined,
  ]);

  await page.getByRole('row', { name: /Anvil/ }).getByRole('checkbox').check();
  await page
    .getByRole('toolbar', { name: 'Selected records' })
    .getByRole('button', { name: 'Export' })
    .click();
  await page.getByRole('dialog').getByText('JSON lines').click();
  await page.getByRole('button', { name: 'Export 1 Account' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '1 row' })).toBeVisible();

  await page.getByRole('link', { name: 'Exports' }).click();
  const rows = page.getByRole('main').getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Accounts · JSON lines');
  await expectUsable(page, 'the page');
  await rows.first().getByRole('button', { name: 'Delete file: Accounts' }).click();
  await expect(rows.first()).toContainText('Expired');
});

test.describe('on a narrow screen', () => {
  test.use(SCREENS.narrow);
  test('the page of exports fits', async ({ page, request }) => {
    const company = await registerCompany(request);
    await send(request, company, 'POST', '/accounts', { name: 'Anvil' });
    await send(request, company, 'POST', '/exports', { object: 'account', format: 'xlsx' });
    await logIn(page, company, '/exports');
    await expect(page.getByRole('button', { name: 'Download' })).toBeVisible();
    await expectUsable(page, 'the page');
  });
});
