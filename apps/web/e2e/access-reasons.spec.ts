import { type APIRequestContext, expect, test } from './test';
import { joinCompany } from './colleague';
import { type Company, logIn, registerCompany, send } from './company';
import { expectUsableOn, SCREENS } from './usable';

const allOf = (objects: string[], actions: string[], scope = 'all') =>
  objects.flatMap((object) => actions.map((action) => ({ object, action, scope })));

let company: Company;
let sam: Company;
let account: { id: string };
let contact: { id: string };
let roleId: string;

/** A company in which Sam sees accounts with masked e-mail and hidden revenue, and can't change other people's. */
async function prepare(request: APIRequestContext): Promise<void> {
  company = await registerCompany(request);
  const role = await send(request, company, 'POST', '/roles', {
    name: 'Field Rep',
    permissions: [
      ...allOf(['member', 'team', 'legalEntity', 'tag'], ['read']),
      ...allOf(['account'], ['read']),
      ...allOf(['account'], ['update'], 'own'),
      ...allOf(['contact'], ['read', 'update']),
    ],
    fields: [
      { object: 'account', field: 'email', access: 'mask' },
      { object: 'account', field: 'annualRevenue', access: 'hidden' },
      { object: 'contact', field: 'email', access: 'mask' },
      { object: 'contact', field: 'jobTitle', access: 'view' },
    ],
  });
  roleId = role.id;
  sam = await joinCompany(request, company, { name: 'Sam Ito', roleIds: [roleId] });
  account = await send(request, company, 'POST', '/accounts', {
    name: 'Fernhill',
    email: 'office@fernhill.example',
    annualRevenue: '1250000.00',
    country: 'Norway',
  });
  contact = await send(request, company, 'POST', '/contacts', {
    firstName: 'Ada',
    lastName: 'Byron',
    email: 'ada@fernhill.example',
    jobTitle: 'Director',
    account: account.id,
  });
}

test.beforeEach(async ({ request }) => prepare(request));

test('a user whose role masks and hides fields sees it in list and record, and which role it is', async ({
  page,
}) => {
  await logIn(page, sam);
  await page.goto('/accounts?columns=["name","email","country"]');
  const row = page.getByRole('row').filter({ hasText: 'Fernhill' });
  await expect(row).toContainText('o•••@f•••.example');
  await expect(row).toContainText('Masked for your role');
  await expect(page.getByRole('columnheader', { name: 'E-mail' }).getByText('E-mail')).toBeVisible();
  await expect(page.getByRole('button', { name: 'E-mail', exact: true })).toHaveCount(0);
  await expect(page.locator('body')).not.toContainText('office@fernhill');

  await row.getByRole('link', { name: 'Fernhill' }).click();
  await expect(page.getByRole('heading', { name: 'Fernhill', level: 1 })).toBeVisible();
  const details = page.getByRole('complementary');
  const mail = details.locator('dl > div').filter({ hasText: 'E-mail' });
  await expect(mail).toContainText('o•••@f•••.example');
  await expect(mail.getByRole('link')).toHaveCount(0);
  const revenue = details.locator('dl > div').filter({ hasText: 'Annual revenue' });
  await expect(revenue).toContainText('Hidden');
  await expect(page.locator('body')).not.toContainText('1,250,000');

  await mail.getByRole('button', { name: 'Why? E-mail is masked' }).click();
  const why = page.getByRole('dialog', { name: 'Why?' });
  await expect(why).toContainText('Yes, masked');
  await expect(why.getByRole('listitem').filter({ hasText: 'masks E-mail' })).toContainText('Field Rep');
  await why.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Annual revenue' }).click();
  await expect(why).toContainText("You can't do this.");
  await expect(why.getByRole('region', { name: 'What would need to change' })).toContainText(
    'Get a role that shows Annual revenue.',
  );
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();
  await expect(mail.getByRole('button', { name: 'Why? E-mail is masked' })).toBeFocused();
});

test('a forbidden action says why: on the button, in the menu, by keyboard and on a missing page', async ({
  page,
}) => {
  await logIn(page, sam);
  await page.goto(`/accounts/${account.id}`);
  const refused = page.getByRole('button', { name: 'Edit: why not?' });
  await refused.focus();
  await page.keyboard.press('Enter');
  const why = page.getByRole('dialog', { name: 'Why?' });
  const steps = why.getByRole('list', { name: 'How this was decided' }).getByRole('listitem');
  await expect(steps.filter({ hasText: /^Scope/ })).toContainText('records they own');
  await expect(why).toContainText("The record isn't shared with them.");
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete: why not?' }).click();
  await expect(why).toContainText('No role gives the right to delete accounts.');
  await page.keyboard.press('Escape');

  await page.goto(`/accounts/${account.id.replace(/.{12}$/, '000000000000')}`);
  await page.getByRole('button', { name: 'Why?' }).click();
  await expect(why).toContainText("The record doesn't exist or is out of scope.");
  await page.goto(`/leads/${account.id}`);
  await page.getByRole('button', { name: 'Why?' }).click();
  await expect(why).toContainText('No role gives the right to view records.');
});

test('a form locks masked and view-only fields, and never sends them back', async ({ page, request }) => {
  await page.addInitScript(() => {
    const send = window.fetch;
    window.fetch = async (input, init) => {
      if (input instanceof Request && input.method === 'PATCH')
        (window as { sentBody?: string }).sentBody = await input.clone().text();
      return send(input, init);
    };
  });
  await logIn(page, sam);
  await page.goto(`/contacts/${contact.id}`);
  await expect(page.getByRole('button', { name: 'Edit E-mail' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Edit Job title' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Edit Contact' });
  await expect(form.getByRole('textbox', { name: 'E-mail' })).toBeDisabled();
  await expect(form.getByRole('textbox', { name: 'E-mail' })).toHaveValue('a•••@f•••.example');
  await expect(form.getByRole('textbox', { name: 'Job title' })).toBeDisabled();
  await form.getByRole('button', { name: 'Why? (Job title)' }).click();
  const why = page.getByRole('dialog', { name: 'Why?' });
  await expect(why.getByRole('listitem').filter({ hasText: 'allows viewing Job title' })).toContainText(
    'Field Rep',
  );
  await page.keyboard.press('Escape');
  await form.getByRole('textbox', { name: 'Last name' }).fill('Lovelace');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Ada Lovelace' })).toBeVisible();
  expect(await page.evaluate(() => (window as { sentBody?: string }).sentBody)).toBe(
    '{"lastName":"Lovelace"}',
  );
  expect(await send(request, company, 'GET', `/contacts/${contact.id}`)).toMatchObject({
    email: 'ada@fernhill.example',
    jobTitle: 'Director',
  });
});

test('a field that a role allows only on own records is editable there and locked on others', async ({
  page,
  request,
}) => {
  const everywhere = await send(request, company, 'POST', '/roles', {
    name: 'Everywhere',
    permissions: [...allOf(['member', 'tag'], ['read']), ...allOf(['account'], ['read', 'update'])],
    fields: [
      { object: 'account', field: 'phone', access: 'view' },
      { object: 'account', field: 'website', access: 'hidden' },
      { object: 'account', field: 'annualRevenue', access: 'hidden' },
    ],
  });
  const own = await send(request, company, 'POST', '/roles', {
    name: 'Own accounts',
    permissions: allOf(['account'], ['read', 'update'], 'own'),
    fields: [{ object: 'account', field: 'annualRevenue', access: 'hidden' }],
  });
  const kim = await joinCompany(request, company, { name: 'Kim Novak', roleIds: [everywhere.id, own.id] });
  const make = (name: string, owner: string) =>
    send(request, company, 'POST', '/accounts', {
      name,
      owner,
      phone: '+41 44 123 45 67',
      website: `https://${name.toLowerCase()}.example`,
    });
  const [mine, theirs] = [await make('Larch', kim.memberId), await make('Rowan', company.memberId)];

  await logIn(page, kim);
  await page.goto('/accounts?columns=["name","phone","website"]');
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await expect(row('Larch')).toContainText('larch.example');
  await expect(row('Rowan')).toContainText('Hidden');
  await expect(page.locator('body')).not.toContainText('rowan.example');
  // Where a field may be hidden, sorting by it would reveal values, so the header is no button.
  await expect(page.getByRole('columnheader', { name: 'Website' }).getByText('Website')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Website', exact: true })).toHaveCount(0);

  await page.goto(`/accounts/${mine.id}`);
  await expect(page.getByRole('button', { name: 'Edit Website' })).toBeAttached();
  await expect(page.getByRole('button', { name: 'Why? Annual revenue is hidden' })).toBeVisible();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Edit Account' });
  await form.getByRole('textbox', { name: 'Phone' }).fill('+41 44 765 43 21');
  // Changing the owner takes the right to assign.
  await expect(form.getByRole('button', { name: 'Why? (Owner)' })).toBeVisible();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  expect(await send(request, company, 'GET', `/accounts/${mine.id}`)).toMatchObject({
    phone: '+41 44 765 43 21',
  });

  await page.goto(`/accounts/${theirs.id}`);
  await expect(page.getByRole('button', { name: 'Edit Name' })).toBeAttached();
  await expect(page.getByRole('button', { name: 'Edit Phone' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Why? Phone is locked' })).toBeAttached();
  await expect(page.getByRole('button', { name: 'Why? Website is hidden' })).toBeVisible();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(form.getByRole('textbox', { name: 'Phone' })).toBeDisabled();
  await expect(form.getByRole('textbox', { name: 'Website' })).toHaveCount(0);
  await form.getByRole('button', { name: 'Why? (Phone)' }).click();
  const why = page.getByRole('dialog', { name: 'Why?' });
  await expect(why.getByRole('listitem').filter({ hasText: 'allows viewing Phone' })).toContainText(
    'Everywhere',
  );
  await page.keyboard.press('Escape');
  await form.getByRole('textbox', { name: 'Name' }).fill('Rowan & Sons');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Rowan & Sons' })).toBeVisible();
});

test('a reference to an invisible record says so and has no link', async ({ page, request }) => {
  await send(request, company, 'PATCH', `/roles/${roleId}`, {
    permissions: [
      ...allOf(['member', 'tag'], ['read']),
      ...allOf(['account'], ['read'], 'own'),
      ...allOf(['contact'], ['read']),
    ],
  });
  await logIn(page, sam);
  await page.goto('/contacts');
  const row = page.getByRole('row').filter({ hasText: 'Ada Byron' });
  await expect(row).toContainText('Not visible to you');
  await expect(row.locator('a[href^="/accounts/"]')).toHaveCount(0);
  await expect(page.locator('body')).not.toContainText('Fernhill');
});

test('a list sorted or filtered by a withheld field says so and offers to remove it', async ({ page }) => {
  await logIn(page, sam);
  await page.goto('/accounts?sort=email');
  await expect(page.getByText("You can't sort by E-mail")).toBeVisible();
  await page.getByRole('button', { name: 'Remove sort' }).click();
  await expect(page.getByRole('link', { name: 'Fernhill' })).toBeVisible();
  const filter = { field: 'annualRevenue', op: 'gte', value: '1000' };
  await page.goto(`/accounts?filter=${encodeURIComponent(JSON.stringify(filter))}`);
  await expect(page.getByText("You can't filter by Annual revenue")).toBeVisible();
  await page.getByRole('alert').getByRole('button', { name: 'Remove filter' }).click();
  await expect(page.getByRole('link', { name: 'Fernhill' })).toBeVisible();
  await page.keyboard.press('f');
  await page.getByRole('combobox', { name: 'Field' }).click();
  await expect(page.getByRole('option', { name: 'Country', exact: true })).toBeVisible();
  await expect(page.getByRole('option', { name: /^(E-mail|Annual revenue)$/ })).toHaveCount(0);
});

test('an administrator sees who can see a record, and asks why for somebody else', async ({
  page,
  request,
}) => {
  const key = await send(request, company, 'POST', '/api-keys', { name: 'Web shop', roleId });
  expect(key).toBeTruthy();
  await logIn(page, company, `/accounts/${account.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Who can see this' }).click();
  const who = page.getByRole('dialog', { name: 'Who can see this' });
  const row = (name: string) => who.getByRole('listitem').filter({ hasText: name });
  await expect(row('Rita Sommer')).toContainText('Can change');
  await expect(row('Rita Sommer')).toContainText('Company Admin');
  await expect(row('Sam Ito')).toContainText('Can view');
  await expect(row('Sam Ito')).toContainText('Field Rep');
  await expect(row('Web shop')).toContainText('Can view');

  await who.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'E-mail' }).click();
  await expect(row('Sam Ito')).toContainText('Sees masked value');
  await who.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Annual revenue' }).click();
  await expect(row('Sam Ito')).toHaveCount(0);
  await expect(row('Rita Sommer')).toContainText('Can change');

  await who.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'E-mail' }).click();
  await row('Sam Ito').getByRole('button', { name: 'Why? Sam Ito' }).click();
  const why = page.getByRole('dialog', { name: 'Why?' });
  await expect(why).toContainText('Sam Ito can do this. Only the masked value is shown.');
  await why.getByRole('combobox', { name: 'Who', exact: true }).fill('web');
  await page.getByRole('option', { name: 'Web shop' }).click();
  await expect(why).toContainText('The key Web shop is valid.');
  await why.getByRole('button', { name: 'Close' }).click();
  await expect(row('Sam Ito')).toContainText('Sees masked value');
});

for (const name of ['wide', 'narrow'] as const) {
  test.describe(name, () => {
    const screen = SCREENS[name];
    const expectLook = expectUsableOn(name);
    test.use(screen);

    test('withheld values and both dialogs pass axe and fit the screen', async ({ page }) => {
      await logIn(page, sam);
      await page.goto('/accounts?columns=["name","email","country"]');
      await expectLook(page, 'list');
      await page.goto(`/accounts/${account.id}`);
      await expect(page.getByRole('button', { name: 'Edit: why not?' })).toBeVisible();
      await expectLook(page, 'record');
      await page.getByRole('button', { name: 'Why? Annual revenue is hidden' }).click();
      const dialog = page.getByRole('dialog', { name: 'Why?' });
      await expect(dialog).toContainText('What would need to change');
      await expectLook(page, 'why');
      if (screen.viewport.width === 390) expect((await dialog.boundingBox())?.width).toBe(390);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Who can see this' }).click();
      await expect(page.getByRole('dialog', { name: 'Who can see this' })).toContainText('Rita Sommer');
      await expectLook(page, 'who');
      await page.goto(`/contacts/${contact.id}`);
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await expect(page.getByRole('textbox', { name: 'E-mail' })).toBeDisabled();
      await expectLook(page, 'form');
    });
  });
}
