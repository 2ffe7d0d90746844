import { expect, test } from './test';
import { createAccounts, logIn, registerCompany, send } from './company';

test('a task is added to each selected record, and to all of a list by a job, and both are undone', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await createAccounts(request, company, ['Alder', 'Birch', 'Cedar']);
  const tasks = async () => {
    const { data } = await send(request, company, 'GET', '/tasks?limit=200');
    return data as { name: string; priority: string; about: { name: string }[] }[];
  };
  await logIn(page, company, '/accounts');
  for (const name of ['Alder', 'Birch']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  const toolbar = page.getByRole('toolbar', { name: 'Selected records' });
  await toolbar.getByRole('button', { name: 'Add task' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a task to Accounts' });
  await dialog.getByRole('button', { name: 'Add tasks' }).click();
  await expect(dialog.getByText('Enter a subject.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Subject' }).fill('Send the price list');
  await dialog.getByRole('button', { name: 'Add tasks' }).click();
  await expect(page.getByText('2 tasks added')).toBeVisible();
  const made = await tasks();
  expect(made.map(({ about }) => about[0]?.name).sort()).toEqual(['Alder', 'Birch']);
  expect(made.map(({ priority }) => priority)).toEqual(['Normal', 'Normal']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await tasks()).length).toBe(0);

  const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Account ${n}` }));
  await send(request, company, 'POST', '/accounts/bulk', { action: 'create', rows: rows.slice(0, 500) });
  await send(request, company, 'POST', '/accounts/bulk', { action: 'create', rows: rows.slice(500) });
  await page.reload();
  await page
    .getByRole('checkbox', { name: /^Select Account/ })
    .first()
    .check();
  await toolbar.getByRole('button', { name: 'Add task' }).click();
  await dialog.getByRole('checkbox', { name: /^All records of this list/ }).check();
  await dialog.getByRole('textbox', { name: 'Subject' }).fill('Say hello');
  await dialog.getByRole('button', { name: 'Add tasks' }).click();
  await expect
    .poll(async () => (await send(request, company, 'GET', '/tasks?limit=1&count=exact')).count.value)
    .toBe(504);
});
