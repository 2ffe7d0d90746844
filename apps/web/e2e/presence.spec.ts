import { expect, test } from './test';
import { joinCompany } from './colleague';
import { createAccounts, logIn, registerCompany, send } from './company';

test('two people on a record see each other, what the other edits, and that the other is typing', async ({
  page,
  browser,
}) => {
  const company = await registerCompany(page.request);
  const [account] = await createAccounts(page.request, company, ['Harbour Ltd']);
  const { data: roles } = await send(page.request, company, 'GET', '/roles');
  const manager = roles.find((role: { key: string }) => role.key === 'salesManager');
  const other = await browser.newContext();
  const kim = await joinCompany(other.request, company, { name: 'Kim Weber', roleIds: [manager.id] });
  const path = `/accounts/${account!.id}?tab=comments`;
  const theirs = await other.newPage();
  await logIn(page, company, path);
  await expect(page.getByRole('heading', { name: 'Harbour Ltd' })).toBeVisible();
  await expect(page.getByText('Also looking at this')).toHaveCount(0);
  await logIn(theirs, kim, path);
  await expect(page.getByText('Also looking at this: Kim Weber')).toBeVisible();
  await expect(theirs.getByText('Also looking at this: Rita Sommer')).toBeVisible();

  await theirs.getByRole('button', { name: 'Edit City' }).click();
  await expect(page.getByText('Editing this field right now: Kim Weber')).toBeVisible();
  await page.getByRole('button', { name: 'Edit City' }).click();
  await expect(theirs.getByText('Editing this field right now: Rita Sommer')).toBeVisible();
  await expect(page.getByText('Editing this field right now: Kim Weber')).toBeVisible();
  await theirs.getByRole('textbox', { name: 'City' }).press('Escape');
  await expect(page.getByText('Editing this field right now')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await theirs.getByRole('button', { name: 'Write a comment' }).click();
  await theirs.getByRole('textbox', { name: 'Text of the comment' }).pressSequentially('Hello');
  await expect(page.getByText('Kim Weber is typing …')).toBeVisible();
  await theirs.close();
  await expect(page.getByText('Also looking at this')).toHaveCount(0);
  await expect(page.getByText('is typing')).toHaveCount(0);
  await other.close();
});
