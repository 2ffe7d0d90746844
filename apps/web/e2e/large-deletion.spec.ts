import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('a deletion that affects many other records shows its progress, also on the next page', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const account = await send(request, company, 'POST', '/accounts', { name: 'Crowded' });
  const size = 1_005;
  for (let from = 0; from < size; from += 500)
    await send(request, company, 'POST', '/contacts/bulk', {
      action: 'create',
      rows: Array.from({ length: Math.min(500, size - from) }, (_, n) => ({
        lastName: `Member ${from + n}`,
        account: account.id,
      })),
    });
  await logIn(page, company, `/accounts/${account.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /^Delete/ }).check();
  // The preview counts up to a limit, and says so.
  await expect(dialog.getByText('Contacts deleted: 1,000+')).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/accounts$/);
  const notice = page.getByRole('status').filter({ hasText: /linked records|records changed/ });
  await expect(notice.first()).toBeVisible();
  await expect(notice.filter({ hasText: /1,?005 records changed/ })).toBeVisible();
  const { meta, data } = await send(request, company, 'GET', '/contacts?limit=1');
  expect([data.length, meta?.total ?? 0]).toEqual([0, 0]);
});
