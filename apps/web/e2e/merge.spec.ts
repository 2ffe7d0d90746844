import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('three accounts become one field by field, and are given back', async ({ page, request }) => {
  const company = await registerCompany(request);
  const make = (values: object) => send(request, company, 'POST', '/accounts', values);
  const kept = await make({ name: 'Acme', city: 'Bern' });
  const gone = await make({ name: 'Acme Corp.', city: 'Basel', website: 'https://acme.example' });
  await make({ name: 'Acme Inc.', employees: 40 });
  await send(request, company, 'POST', '/opportunities', { name: 'Big deal', account: gone.id });
  await logIn(page, company, '/accounts?sort=name');
  for (const name of ['Acme', 'Acme Corp.', 'Acme Inc.'])
    await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  await page
    .getByRole('toolbar', { name: 'Selected records' })
    .getByRole('button', { name: 'Merge' })
    .click();

  await expect(page.getByRole('heading', { name: 'Merge Accounts' })).toBeVisible();
  await expect(page.getByText('Big deal')).toBeVisible();
  await page.getByRole('radio', { name: 'Acme', exact: true }).check();
  await page.getByRole('radio', { name: 'City of Acme Corp.' }).check();
  const city = page.getByRole('row', { name: /^City/ });
  await expect(city.getByRole('cell').last()).toHaveText('Basel');
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(page.getByRole('button', { name: 'Merge into Acme' })).toBeVisible();
  await page.getByRole('button', { name: 'Merge into Acme' }).click();

  await expect(page.getByText('3 records were merged into one.')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(kept.id));
  const now = () => send(request, company, 'GET', `/accounts/${kept.id}`);
  expect(await now()).toMatchObject({ city: 'Basel', employees: 40, website: 'https://acme.example' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await expect(page.getByText('Merged with Acme Corp., Acme Inc.')).toBeVisible();
  await page.getByRole('button', { name: 'Unmerge' }).click();
  const dialog = page.getByRole('dialog', { name: 'Undo this merge' });
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(now).toMatchObject({ city: 'Bern', employees: null, website: null });
  const { data } = await send(request, company, 'GET', '/accounts?sort=name');
  expect(data.map(({ name }: { name: string }) => name)).toEqual(['Acme', 'Acme Corp.', 'Acme Inc.']);
});

test('a record is merged with another one that is searched for', async ({ page, request }) => {
  const company = await registerCompany(request);
  const make = (name: string) => send(request, company, 'POST', '/accounts', { name });
  const kept = await make('Globex');
  await make('Globex Ltd.');
  await logIn(page, company, `/accounts/${kept.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Merge with…' }).click();

  await page.getByRole('textbox', { name: 'Merge Globex with…' }).fill('Globex L');
  await page.getByRole('option', { name: 'Globex Ltd.' }).click();
  await page.getByRole('radio', { name: 'Name of Globex Ltd.' }).check();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click();
  await page.getByRole('button', { name: 'Merge into Globex' }).click();

  await expect(page.getByRole('heading', { name: 'Globex Ltd.' })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/accounts/${kept.id}$`));
});
