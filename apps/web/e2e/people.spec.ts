import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';
import { mailedLink } from './mails';

test('a person is invited, joins with the mailed link, and is deactivated', async ({
  browser,
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const email = company.email.replace('rita', 'kim');
  await logIn(page, company, '/people');
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite someone' });
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await expect(dialog.getByText('Choose at least one role.')).toBeVisible();
  await dialog.getByLabel('Name').fill('Kim Novak');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('checkbox', { name: 'Sales Rep' }).check();
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  const kim = page.getByRole('listitem').filter({ hasText: 'Kim Novak' });
  await expect(kim).toContainText('Invited');
  await expect(kim).toContainText('Sales Rep');

  const link = await mailedLink(email);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(link.pathname + link.search);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText(/^Join /);
  await expect(other.getByLabel('Your name')).toHaveValue('Kim Novak');
  await other.getByRole('textbox', { name: 'Password' }).fill('lantern over water');
  await other.getByRole('button', { name: 'Join' }).click();
  await expect(other.getByRole('heading', { name: /Kim/ })).toBeVisible();

  await page.reload();
  await expect(kim).toContainText('Active');
  await kim.getByRole('button', { name: 'More actions for Kim Novak' }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await expect(kim).toContainText('Deactivated');
  await other.goto('/accounts');
  await expect(other.getByRole('heading', { name: 'Log in' })).toBeVisible();
  await context.close();
});

test('roles of a member are changed and stay changed', async ({ page, request }) => {
  const company = await registerCompany(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  await send(request, company, 'POST', '/members/invite', {
    email: company.email.replace('rita', 'sam'),
    name: 'Sam Ito',
    roleIds: [roles[2].id],
  });
  let letRolesPass = () => {};
  const rolesMayPass = new Promise<void>((pass) => (letRolesPass = pass));
  await page.route('**/api/v1/role-assignments', async (route) => {
    await rolesMayPass;
    await route.continue();
  });
  await logIn(page, company, '/people');
  const sam = page.getByRole('listitem').filter({ hasText: 'Sam Ito' });
  await sam.getByRole('button', { name: 'More actions for Sam Ito' }).click();
  await page.getByRole('menuitem', { name: 'Change roles' }).click();
  const dialog = page.getByRole('dialog', { name: 'Roles of Sam Ito' });
  // Saving replaces the present roles, so they must be known first.
  await expect(dialog.getByRole('status', { name: 'Loading people' })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save' })).toHaveCount(0);
  letRolesPass();
  await expect(dialog.getByRole('checkbox', { name: 'Sales Rep' })).toBeChecked();
  await dialog.getByRole('checkbox', { name: 'Sales Rep' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Sales Manager' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(sam).toContainText('Sales Manager');
  await page.reload();
  await expect(sam).toContainText('Sales Manager');
  await expect(sam).not.toContainText('Sales Rep');
});
