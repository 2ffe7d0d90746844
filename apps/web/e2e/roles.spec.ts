import { type APIRequestContext, expect, type Locator, type Page, test } from './test';
import { joinCompany } from './colleague';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';
import { expectUsableOn, SCREENS } from './usable';

const may = (object: string, action: string, scope: string) => ({ object, action, scope });

/** Creates a role of the company. Returns its ID. */
async function makeRole(
  request: APIRequestContext,
  company: Company,
  role: { name: string; permissions?: object[]; fields?: object[] },
): Promise<string> {
  return (await send(request, company, 'POST', '/roles', role)).id;
}

const cell = (page: Page, name: string): Locator =>
  page.getByRole('button', { name: new RegExp(`^${name}:`) });

async function openRole(page: Page, name: string): Promise<void> {
  await page.goto('/settings/roles');
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

test('a role is created, given scopes and a condition by keyboard, and saved', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/settings/roles');
  await page.getByRole('button', { name: 'New role' }).click();
  const dialog = page.getByRole('dialog', { name: 'New role' });
  await dialog.getByRole('button', { name: 'Create role' }).click();
  await expect(dialog.getByText('Enter a name.')).toBeVisible();
  await dialog.getByLabel('Name').fill('Field Sales');
  await dialog.getByRole('button', { name: 'Create role' }).click();
  await expect(page.getByRole('heading', { name: 'Field Sales' })).toBeVisible();
  await expect(cell(page, 'Accounts, View')).toHaveAccessibleName('Accounts, View: None');

  await cell(page, 'Accounts, View').focus();
  await page.keyboard.press('5');
  await expect(cell(page, 'Accounts, View')).toHaveAccessibleName('Accounts, View: All');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('1');
  await expect(cell(page, 'Accounts, Create')).toHaveAccessibleName('Accounts, Create: Own');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemradio', { name: 'Team and below' }).click();
  await expect(cell(page, 'Accounts, Change')).toBeFocused();
  await page.keyboard.press('c');
  const panel = page.getByRole('dialog', { name: 'Accounts · Change' });
  await panel.getByRole('button', { name: 'Add condition' }).click();
  await panel.getByRole('combobox', { name: 'Field' }).click();
  await expect(page.getByRole('option', { name: 'Owner › E-mail' })).toHaveCount(0);
  await page.getByRole('option', { name: 'Employees', exact: true }).click();
  await panel.getByRole('combobox', { name: 'Comparison' }).click();
  await page.getByRole('option', { name: 'is less than', exact: true }).click();
  await panel.getByRole('textbox', { name: 'Employees' }).fill('50');
  await panel.getByRole('button', { name: 'Apply' }).click();
  await panel.getByRole('button', { name: 'Done' }).click();
  await expect(cell(page, 'Accounts, Change')).toBeFocused();
  await page.getByRole('button', { name: '3 more actions for Leads' }).click();
  await cell(page, 'Leads, Convert').focus();
  await page.keyboard.press('2');

  const bar = page.getByRole('region', { name: 'Unsaved changes' });
  await expect(bar).toContainText('4 unsaved changes');
  await bar.getByRole('button', { name: 'Preview impact' }).click();
  await expect(bar).toContainText('Nobody has this role yet');
  await bar.getByRole('button', { name: 'Save' }).click();
  await expect(bar).toHaveCount(0);
  await page.reload();
  await expect(cell(page, 'Accounts, Change')).toHaveAccessibleName(
    'Accounts, Change: Team and below, with conditions or presets',
  );
  const { data } = await send(request, company, 'GET', '/roles');
  const saved = data.find((role: { name: string }) => role.name === 'Field Sales');
  expect(saved.permissions).toHaveLength(4);
  expect(saved.permissions).toContainEqual({
    ...may('account', 'update', 'teamAndBelow'),
    condition: { field: 'employees', op: 'lt', value: 50 },
  });
});

test('the effect of a change is described before it is saved, and comes true', async ({ page, request }) => {
  const company = await registerCompany(request);
  const role = await makeRole(request, company, {
    name: 'Reps',
    permissions: [may('account', 'read', 'all'), may('account', 'create', 'all')],
  });
  const kim = await joinCompany(request, company, { name: 'Kim Novak', roleIds: [role] });
  await createAccounts(request, company, ['Alpha', 'Bravo', 'Charlie']);
  await createAccounts(request, kim, ['Delta']);
  await logIn(page, company);
  await openRole(page, 'Reps');
  await cell(page, 'Accounts, View').focus();
  await page.keyboard.press('1');
  await cell(page, 'Accounts, Create').focus();
  await page.keyboard.press('Delete');
  const bar = page.getByRole('region', { name: 'Unsaved changes' });
  await bar.getByRole('button', { name: 'Preview impact' }).click();
  await expect(bar.getByRole('listitem')).toHaveText([
    'Kim Novak loses access to 3 Accounts (View)',
    'Kim Novak loses rights on Accounts: Create',
  ]);
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click();
  await bar.getByRole('button', { name: 'Save' }).click();
  await expect(bar).toHaveCount(0);
  await expect.poll(async () => (await send(request, kim, 'GET', '/accounts')).data.length).toBe(1);
});

test('a built-in role that was changed goes back to its default', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/settings/roles');
  await openRole(page, 'Sales Rep');
  await expect(page.getByText('Changed', { exact: true })).toHaveCount(0);
  await cell(page, 'Accounts, View').focus();
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Changed', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'More actions for Sales Rep' }).click();
  await page.getByRole('menuitem', { name: 'Reset to default' }).click();
  await expect(page.getByRole('dialog').getByText('Nobody has this role yet')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset rights' }).click();
  await expect(page.getByText('Changed', { exact: true })).toHaveCount(0);
  await expect(cell(page, 'Accounts, View')).toHaveAccessibleName(/All/);
  await page.getByRole('button', { name: 'More actions for Sales Rep' }).click();
  await expect(page.getByRole('menuitem', { name: 'Copy' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Reset to default' })).toHaveCount(0);
});

test('a role in use is deleted once its holders get another', async ({ page, request }) => {
  const company = await registerCompany(request);
  const role = await makeRole(request, company, { name: 'Old hands' });
  await send(request, company, 'POST', '/members/invite', {
    email: company.email.replace('rita', 'sam'),
    name: 'Sam Ito',
    roleIds: [role],
  });
  await logIn(page, company, '/settings/roles');
  await page.getByRole('button', { name: 'More actions for Sales Rep' }).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Delete' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More actions for Old hands' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Old hands' });
  await expect(dialog).toContainText('1 person');
  await expect(dialog.getByRole('button', { name: 'Delete role' })).toBeDisabled();
  await dialog.getByRole('combobox', { name: 'New role' }).click();
  await page.getByRole('option', { name: 'Read Only' }).click();
  await dialog.getByRole('button', { name: 'Delete role' }).click();
  await expect(page.getByRole('link', { name: 'Old hands' })).toHaveCount(0);
  await page.goto('/people');
  await expect(page.getByRole('listitem').filter({ hasText: 'Sam Ito' })).toContainText('Read Only');
});

test('a masked field is masked when viewing as the role, where nothing can be changed', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await makeRole(request, company, {
    name: 'Callers',
    permissions: [may('contact', 'read', 'all'), may('contact', 'update', 'all')],
  });
  await send(request, company, 'POST', '/contacts', { lastName: 'Lindgren', phone: '+41 44 123 45 67' });
  await logIn(page, company);
  await openRole(page, 'Callers');
  await page.getByRole('tab', { name: 'Fields' }).click();
  await page.getByRole('navigation', { name: 'Object' }).getByRole('button', { name: 'Contacts' }).click();
  await page.getByRole('searchbox', { name: 'Find a field' }).fill('phone');
  const phone = page.getByRole('radiogroup', { name: 'Access to Phone' });
  await phone.getByText('Masked').click();
  await page.getByRole('region', { name: 'Unsaved changes' }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'Unsaved changes' })).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Find a field' }).fill('');
  await page.getByRole('switch', { name: 'Only differences' }).check();
  await expect(page.getByRole('radiogroup', { name: /^Access to/ })).toHaveCount(1);

  await page.getByRole('button', { name: 'View as this role' }).click();
  const banner = page.getByRole('region', { name: 'View as role' });
  await expect(banner).toContainText('Viewing as Callers (read-only)');
  const main = page.getByRole('navigation', { name: 'Main' });
  await expect(main.getByRole('link', { name: 'Leads' })).toHaveCount(0);
  await main.getByRole('link', { name: 'Contacts' }).click();
  await expect(page.getByText('Lindgren')).toBeVisible();
  await expect(page.getByText('+41 44 123 45 67')).toHaveCount(0);
  await page
    .getByRole('link', { name: /Lindgren/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: /Lindgren/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Edit Last name' })).toHaveCount(0);
  // The role may change it, but nobody can while viewing as the role. Deleting isn't allowed even to the role.
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete: why not?' }).click();
  const why = page.getByRole('dialog', { name: 'Why?' });
  await expect(why).toContainText("Callers can't do this.");
  await expect(why).toContainText("You're viewing as Callers");
  await expect(why).toContainText('No role gives the right to delete contacts.');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(banner).toBeVisible();
  await banner.getByRole('button', { name: 'Exit' }).click();
  await expect(banner).toHaveCount(0);
  await expect(main.getByRole('link', { name: 'Leads' })).toBeVisible();
});

test('a record is shared with a person and the share is removed', async ({ page, request }) => {
  const company = await registerCompany(request);
  const role = await makeRole(request, company, {
    name: 'Own only',
    permissions: [may('account', 'read', 'own'), may('account', 'update', 'own')],
  });
  const kim = await joinCompany(request, company, { name: 'Kim Novak', roleIds: [role] });
  const [account] = await createAccounts(request, company, ['Alpha']);
  const seen = async () => (await send(request, kim, 'GET', '/accounts')).data.length;
  expect(await seen()).toBe(0);
  await logIn(page, company, `/accounts/${account?.id}`);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share Alpha' });
  await expect(dialog).toContainText('Not shared with anyone');
  await dialog.getByRole('textbox', { name: 'Choose a person' }).fill('Kim');
  await page.getByRole('option', { name: 'Kim Novak' }).click();
  await dialog.getByText('Edit', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  const row = dialog.getByRole('listitem').filter({ hasText: 'Kim Novak' });
  await expect(row).toContainText('No end date');
  await expect(row).toContainText('Edit');
  expect(await seen()).toBe(1);
  await row.getByRole('button', { name: 'Stop sharing with Kim Novak' }).click();
  await expect(dialog).toContainText('Not shared with anyone');
  expect(await seen()).toBe(0);
  const taken = page.getByRole('alert').filter({ hasText: 'No longer shared with Kim Novak.' });
  await taken.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toContainText('No end date');
  expect(await seen()).toBe(1);
});

for (const name of ['wide', 'narrow'] as const) {
  test.describe(name, () => {
    const screen = SCREENS[name];
    const expectLook = expectUsableOn(name);
    test.use(screen);

    test('roles pass axe and do not scroll sideways', async ({ page, request }) => {
      const company = await registerCompany(request);
      const role = await makeRole(request, company, {
        name: 'Many colours',
        permissions: [
          may('account', 'read', 'own'),
          may('account', 'create', 'team'),
          may('account', 'update', 'teamAndBelow'),
          may('account', 'delete', 'legalEntity'),
          may('account', 'assign', 'all'),
          may('lead', '*', 'legalEntity'),
          may('opportunity', '*', 'team'),
        ],
        fields: [{ object: 'contact', field: 'phone', access: 'mask' }],
      });
      const [account] = await createAccounts(request, company, ['Alpha']);
      await send(request, company, 'POST', '/teams', { name: 'North' });
      await logIn(page, company);
      const at = async (path: string, act?: () => Promise<void>) => {
        await page.goto(path);
        await page.waitForLoadState('networkidle');
        await act?.();
        await expectLook(page, path);
      };
      await at('/settings/roles');
      await at(`/settings/roles/${role}`, async () => {
        await expect(page.getByRole('heading', { name: 'Many colours' })).toBeVisible();
        if (screen.viewport.width < 700) await page.getByRole('button', { name: /^Accounts/ }).click();
        else await page.getByRole('button', { name: '3 more actions for Leads' }).click();
      });
      await at(`/settings/roles/${role}?tab=fields&object=contact`);
      await at(`/settings/roles/${role}?tab=company`, async () => {
        await page.getByRole('switch', { name: 'View the audit log' }).check();
        await page.getByRole('button', { name: 'Preview impact' }).click();
        await expect(page.getByRole('region', { name: 'Unsaved changes' })).toContainText('Nobody has');
        await page.getByRole('button', { name: 'Discard' }).click();
      });
      await at('/people?tab=teams');
      await at('/people?tab=entities');
      await at('/people?tab=roles');
      await at(`/accounts/${account?.id}`, async () => {
        await page.getByRole('button', { name: 'Share', exact: true }).filter({ visible: true }).click();
        await expect(page.getByRole('dialog')).toContainText('Not shared with anyone');
      });
    });
  });
}
