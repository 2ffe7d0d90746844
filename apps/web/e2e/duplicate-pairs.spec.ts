import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('a record tells its duplicates, which are compared, set aside, reopened and merged', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const email = 'ann.lee@acme.example';
  const kept = await send(request, company, 'POST', '/contacts', {
    firstName: 'Ann',
    lastName: 'Lee',
    email,
  });
  const twin = { firstName: 'Anna', lastName: 'Lee', email };
  await send(request, company, 'POST', '/contacts?allowDuplicates=true', twin);
  const pairs = async (status: string) =>
    (await send(request, company, 'GET', `/duplicates?record=${kept.id}&status=${status}`)).data.length;
  await expect.poll(() => pairs('open')).toBe(1);

  await logIn(page, company, `/contacts/${kept.id}`);
  await page.getByRole('button', { name: '1 possible duplicate' }).click();
  await expect(page.getByRole('heading', { name: 'Duplicates', level: 1 })).toBeVisible();
  const pair = page.getByRole('listitem').filter({ hasText: 'Anna Lee' });
  await expect(pair.getByText('100 % alike')).toBeVisible();
  await expect(pair.getByText('Same E-mail')).toBeVisible();
  await pair.getByRole('button', { name: 'Compare' }).click();
  const table = pair.getByRole('table', { name: 'Values of the records' });
  await expect(table.getByRole('row').nth(1)).toContainText(email);
  await expect(table.getByRole('row', { name: /^First name/ })).toContainText('Anna');

  await pair.getByRole('button', { name: 'Not duplicates' }).click();
  await expect(pair).toBeHidden();
  expect(await pairs('dismissed')).toBe(1);
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await expect(pair).toBeVisible();
  await pair.getByRole('button', { name: 'Not duplicates' }).click();
  await expect(page.getByText('No possible duplicates')).toBeVisible();
  await page.getByText('Not duplicates', { exact: true }).click();
  await pair.getByRole('button', { name: 'Reopen' }).click();
  await expect(pair).toBeHidden();
  await page.getByText('Possible duplicates', { exact: true }).click();

  await pair.getByRole('button', { name: 'Merge' }).click();
  await page.getByRole('button', { name: /^Merge into/ }).click();
  await expect(page.getByText('2 records were merged into one.')).toBeVisible();
  await expect(page.getByRole('button', { name: /possible duplicate/ })).toBeHidden();
  await page.goto('/duplicates');
  await expect(page.getByText('No possible duplicates')).toBeVisible();

  await page.getByRole('button', { name: 'Find duplicates' }).click();
  await page.getByRole('link', { name: 'Jobs' }).click();
  const job = page.getByRole('listitem', { name: 'Find duplicates' });
  await expect(job.getByText('Done', { exact: true })).toBeVisible();
});
