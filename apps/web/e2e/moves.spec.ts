import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

const FILES = {
  'companies.csv':
    'Record ID,Company name,Company owner,Create Date,Rating\n1,Aqua Ltd,Ada Boats,2022-03-04 05:06,Gold\n',
  'deals.csv':
    'Record ID,Deal Name,Deal Stage,Pipeline,Amount,Deal owner,Create Date,Associated Company IDs,"Date entered ""Contract Sent (Sales Pipeline)"""\n7,Sails,Contract Sent,Sales Pipeline,1500,Ben Oar,2024-01-10 08:00,1,2024-02-01 08:00\n',
  'tasks.csv': 'Record ID,Task title\n9,Call Aqua\n',
};

test('files dropped at once are planned, brought and rolled back', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/imports');
  await page.getByRole('link', { name: 'Move from another CRM' }).click();
  const dropped = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
    return data;
  }, FILES);
  await page
    .getByText('Drop all export files here')
    .dispatchEvent('drop', { dataTransfer: dropped, bubbles: true });

  // Each file is recognized, or says why it isn't brought.
  await expect(page.getByRole('heading', { name: 'Move from HubSpot' })).toBeVisible();
  const file = (name: string) =>
    page.getByRole('region', { name: 'Files' }).getByRole('listitem').filter({ hasText: name });
  await expect(file('companies.csv').first()).toContainText('Companies · 1 row · Accounts');
  await expect(file('deals.csv').first()).toContainText('Opportunities, stage history');
  await expect(file('tasks.csv').first()).toContainText("moves don't bring it yet");

  // A column without a field gets one; one person is someone who is here, the other one nobody.
  await file('companies.csv')
    .first()
    .getByRole('button', { name: /columns/ })
    .click();
  await page.getByRole('combobox', { name: 'Field for the column Rating' }).click();
  await page.getByRole('option', { name: 'Add as a new field' }).click();
  await expect(page.getByRole('combobox', { name: 'Type' })).toHaveValue('Text');
  await page.getByRole('textbox', { name: 'Ada Boats is' }).fill('Rita');
  await page.getByRole('option', { name: 'Rita Sommer' }).click();
  await expect(page.getByRole('checkbox', { name: /^Add Ada Boats/ })).toHaveCount(0);
  await page.getByRole('checkbox', { name: /^Add Ben Oar/ }).uncheck();
  // The plan is kept: a reload shows it again.
  await page.reload();
  await expect(page.getByRole('checkbox', { name: /^Add Ben Oar/ })).not.toBeChecked();
  await page.getByRole('button', { name: 'Start move of 2 rows' }).click();

  await expect(page.getByText('Everything was brought')).toBeVisible();
  await expect(page.getByRole('region', { name: 'What was brought' })).toContainText('1 stage change');
  await expect(page.getByRole('region', { name: 'Files that were not brought' })).toContainText('tasks.csv');
  const [account] = (await send(request, company, 'GET', '/accounts')).data;
  expect([account.name, account.owner.name, account.custom.rating]).toEqual([
    'Aqua Ltd',
    'Rita Sommer',
    'Gold',
  ]);

  await page.getByRole('button', { name: 'Roll back move' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back move' }).click();
  await expect(page.getByText('Move rolled back')).toBeVisible();
  expect((await send(request, company, 'GET', '/accounts')).data).toEqual([]);
});
