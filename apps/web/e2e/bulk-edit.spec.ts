import { expect, test } from './test';
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

test('selected records are shared with a team, and no longer', async ({ page, request }) => {
  const company = await registerCompany(request);
  await send(request, company, 'POST', '/teams', { name: 'North' });
  const one = await send(request, company, 'POST', '/accounts', { name: 'Acme' });
  await send(request, company, 'POST', '/accounts', { name: 'Globex' });
  await logIn(page, company, '/accounts?sort=name');
  const share = async (access: string, apply: string) => {
    for (const name of ['Acme', 'Globex'])
      await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page
      .getByRole('toolbar', { name: 'Selected records' })
      .getByRole('button', { name: 'Edit' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Edit Accounts' });
    await dialog.getByText('Share', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await expect(dialog.getByText('Choose with whom.')).toBeVisible();
    await dialog.getByText('Team', { exact: true }).first().click();
    await dialog.getByRole('textbox', { name: 'Team' }).fill('Nor');
    await page.getByRole('option', { name: 'North' }).click();
    await dialog.getByText(access, { exact: true }).click();
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await expect(dialog.getByText('Sharing of 2 records will change.')).toBeVisible();
    await dialog.getByRole('button', { name: apply }).click();
    await expect(dialog).toBeHidden();
  };
  const now = async () =>
    (await send(request, company, 'GET', `/shares?object=account&record=${one.id}`)).data.map(
      (each: { access: string }) => each.access,
    );
  await share('View', 'Apply to 2 records');
  expect(await now()).toEqual(['read']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(now).toEqual([]);
  await share('View', 'Apply to 2 records');
  await share('Stop sharing', 'Apply to 2 records');
  expect(await now()).toEqual([]);
});

test('the page of jobs shows what a job did, and downloads the rows that failed', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const rows = Array.from({ length: 501 }, (_, n) => (n ? { name: `Account ${n}` } : { phone: '1' }));
  await send(request, company, 'POST', '/accounts/bulk', { action: 'create', rows });
  await logIn(page, company, '/');
  await page.getByRole('link', { name: 'Jobs' }).click();
  const job = page.getByRole('listitem', { name: 'Create records · Accounts' });
  await expect(job.getByText('501 of 501 done · 1 failed')).toBeVisible();
  await expect(job.getByText('Done', { exact: true })).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    job.getByRole('button', { name: 'Failed rows' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('failed-rows.csv');
  await job.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
});
