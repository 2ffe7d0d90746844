import { type APIRequestContext, type Browser, expect, type Page, test } from './test';
import { joinCompany } from './colleague';
import { type Company, logIn, registerCompany, send } from './company';

let company: Company;
const others: Page[] = [];

test.afterEach(async () => {
  for (const page of others.splice(0)) await page.context().close();
});

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  await logIn(page, company);
});

/** A page of a colleague with a built-in role. */
async function as(role: string, browser: Browser, request: APIRequestContext): Promise<Page> {
  const { data } = await send(request, company, 'GET', '/roles');
  const roleIds = [data.find(({ key }: { key: string }) => key === role).id];
  const who = await joinCompany(request, company, { name: 'Kim Rep', roleIds });
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  others.push(page);
  await logIn(page, who);
  return page;
}

/** Drags what has the focus up by keyboard, as the announcements for screen readers tell. */
async function moveUp(page: Page, name: string, over: string): Promise<void> {
  await page.keyboard.press('Space');
  await expect(page.getByText(`Picked up ${name}.`)).toBeAttached();
  // The places are measured after it was picked up: a key that comes before is not heard.
  await expect(async () => {
    await page.keyboard.press('ArrowUp');
    await expect(page.getByText(`${name} is at the place of ${over}.`)).toBeAttached({ timeout: 2_000 });
  }).toPass();
  await page.keyboard.press('Space');
  await expect(page.getByText(`Dropped ${name}.`)).toBeAttached();
}

const option = (page: Page, name: string) => page.getByRole('option', { name, exact: true });

test('an admin adds a select and a text that it requires, and a colleague fills them in', async ({
  page,
  request,
  browser,
}) => {
  await page.goto('/settings/fields?object=account');
  await page.getByRole('button', { name: 'Add field' }).first().click();
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Label', exact: true }).fill('Supply channel');
  await expect(dialog.getByRole('textbox', { name: 'Name in the API' })).toHaveValue('supplyChannel');
  const first = dialog.getByRole('textbox', { name: 'Option 1', exact: true });
  await first.focus();
  // A list from a spreadsheet becomes one option per line.
  await first.evaluate((input) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'Direct\nPartner\nOnline');
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(dialog.getByRole('textbox', { name: 'Option 3', exact: true })).toHaveValue('Online');
  await dialog.getByRole('button', { name: 'Move Online', exact: true }).focus();
  await moveUp(page, 'Online', 'Partner');
  await expect(dialog.getByRole('textbox', { name: 'Option 2', exact: true })).toHaveValue('Online');
  await dialog.getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByRole('button', { name: 'Supply channel', exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Add field' }).first().click();
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Label', exact: true }).fill('Partner name');
  await dialog.getByText('If…').click();
  await dialog.getByRole('button', { name: 'Required if: Add condition' }).click();
  const builder = page.getByRole('dialog', { name: 'Required if' });
  await builder.getByRole('combobox', { name: 'Field' }).click();
  await option(page, 'Supply channel').click();
  await builder.getByRole('combobox', { name: 'Comparison' }).click();
  await option(page, 'is').click();
  await builder.getByRole('combobox', { name: 'Supply channel' }).click();
  await option(page, 'Partner').click();
  await builder.getByRole('button', { name: 'Apply' }).click();
  await dialog.getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByRole('list', { name: 'Your fields of Accounts' }).getByRole('listitem')).toHaveCount(
    2,
  );

  const rep = await as('salesRep', browser, request);
  await rep.goto('/accounts');
  await rep.getByRole('button', { name: 'New Account' }).click();
  const form = rep.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Harbour');
  await form.getByRole('combobox', { name: 'Supply channel' }).click();
  await option(rep, 'Partner').click();
  await form.getByRole('button', { name: 'Create Account' }).click();
  await expect(form.getByText('Partner name is required.')).toBeVisible();
  await form.getByRole('textbox', { name: 'Partner name' }).fill('North Ltd');
  await form.getByRole('button', { name: 'Create Account' }).click();
  await expect(rep.getByRole('heading', { name: 'Harbour' })).toBeVisible();
  await expect(rep.getByText('North Ltd')).toBeVisible();
});

test('an admin mends a formula, adds up deals, and a record shows both values', async ({ page, request }) => {
  const account = await send(request, company, 'POST', '/accounts', { name: 'Harbour', employees: 20 });
  for (const amount of ['1000.00', '250.50'])
    await send(request, company, 'POST', '/opportunities', { name: 'Deal', amount, account: account.id });
  await page.goto('/settings/fields?object=account');
  const dialog = page.getByRole('dialog');
  const begin = async (type: string, label: string) => {
    await page.getByRole('button', { name: 'Add field' }).first().click();
    await page.getByRole('button', { name: type, exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Label', exact: true }).fill(label);
  };
  await begin('Formula', 'Seats');
  const formula = dialog.getByRole('textbox', { name: 'Formula' });
  await formula.fill('employes * 3');
  const mistake = dialog.getByRole('region', { name: 'Mistake in the formula' });
  await expect(mistake).toContainText('Line 1, position 1');
  await expect(dialog.getByText('Did you mean "employees"?')).toBeVisible();
  await mistake.getByRole('button', { name: 'Use employees' }).click();
  await expect(formula).toHaveValue('employees * 3');
  await expect(dialog.getByRole('region', { name: 'Preview' })).toContainText(/Harbour.*60/);
  await formula.press('End');
  await formula.pressSequentially(' + ');
  await dialog.getByRole('combobox', { name: 'Insert a field' }).fill('Employees');
  await page
    .getByRole('option', { name: /^Employees/ })
    .first()
    .click();
  await expect(formula).toHaveValue('employees * 3 + employees');
  await expect(dialog.getByRole('region', { name: 'Preview' })).toContainText(/Harbour.*80/);
  await dialog.getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByRole('button', { name: 'Seats', exact: true })).toBeVisible();

  await begin('Roll-up', 'Deal volume');
  await dialog.getByRole('combobox', { name: 'Related object' }).selectOption('Opportunities');
  await expect(dialog.getByRole('combobox', { name: 'Reference' })).toHaveValue('account');
  await dialog.getByRole('combobox', { name: 'Function' }).selectOption('Sum');
  await dialog.getByRole('combobox', { name: 'Field to add up' }).selectOption('Amount');
  await dialog.getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByRole('button', { name: 'Deal volume', exact: true })).toBeVisible();

  const valuesOf = async () =>
    (await send(request, company, 'GET', `/accounts/${account.id}`)).custom as Record<string, unknown>;
  await expect.poll(valuesOf).toMatchObject({ seats: 80, dealVolume: '1250.50' });
  await page.goto(`/accounts/${account.id}`);
  await expect(page.getByText('1,250.50')).toBeVisible();
  await expect(page.getByText('80', { exact: true })).toBeVisible();
  await page.goto('/settings/fields?object=account');
  await page.getByRole('button', { name: 'Seats', exact: true }).click();
  await expect(dialog.getByText('all existing Accounts are recalculated')).toBeVisible();
  await formula.fill('employees * 2');
  await dialog.getByRole('button', { name: 'Save field' }).click();
  await expect.poll(valuesOf).toMatchObject({ seats: 40 });
  await page.goto('/accounts');
  await page.getByRole('button', { name: 'New Account' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Name', exact: true })).toBeVisible();
  await expect(dialog.getByText(/Seats|Deal volume/)).toHaveCount(0);
});

test('a field that is deleted can be restored, and one in use says where', async ({ page, request }) => {
  const made = { object: 'account', type: 'text' };
  await send(request, company, 'POST', '/custom-fields', { ...made, name: 'free', label: 'Free' });
  await send(request, company, 'POST', '/custom-fields', { ...made, name: 'held', label: 'Held' });
  const content = { sections: [{ title: null, pieces: [{ field: 'custom.held' }] }] };
  await send(request, company, 'POST', '/objects/account/layouts', { kind: 'form', content });
  await page.goto('/settings/fields?object=account');
  const remove = async (label: string) => {
    await page.getByRole('button', { name: `More actions for ${label}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete field' }).click();
  };
  await remove('Held');
  await expect(page.getByRole('alert')).toContainText('Layout: form');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await remove('Free');
  await expect(page.getByRole('button', { name: 'Free', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Deleted fields' }).click();
  await page.getByRole('button', { name: 'Restore Free' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Free', exact: true })).toBeVisible();
});

test('a form is laid out by keyboard for one role, and other people keep theirs', async ({
  page,
  request,
  browser,
}) => {
  await page.goto('/settings/layouts?object=account&kind=form');
  await page.getByRole('button', { name: 'New layout' }).click();
  await page.getByRole('combobox', { name: 'For roles' }).click();
  await page.getByRole('listbox', { name: 'For roles' }).getByRole('option', { name: 'Sales Rep' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Title of the section' }).first().fill('Basics');
  const basics = page.getByRole('region', { name: 'Basics' }).getByRole('listitem');
  const before = await basics.allTextContents();
  const second = page
    .getByRole('region', { name: 'Basics' })
    .getByRole('button', { name: /^Move (?!Basics)/ })
    .nth(1);
  // Keys count once the pieces are measured.
  await expect(async () => {
    await second.focus();
    await moveUp(page, before[1]!, before[0]!);
    await expect(basics.first()).toHaveText(before[1]!, { timeout: 2_000 });
  }).toPass();
  await expect(basics).toHaveText([before[1]!, before[0]!, ...before.slice(2)]);
  await page.getByRole('button', { name: 'Take Website out' }).click();
  await expect(
    page.getByRole('region', { name: 'Not placed' }).getByRole('button', { name: 'Place Website' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Save layout' }).click();
  await expect(page.getByText('Layout saved')).toBeVisible();

  const rep = await as('salesRep', browser, request);
  for (const [who, hasLayout] of [
    [rep, true],
    [page, false],
  ] as const) {
    await who.goto('/accounts');
    await who.getByRole('button', { name: 'New Account' }).click();
    const form = who.getByRole('dialog');
    await expect(form.getByRole('textbox', { name: 'Name', exact: true })).toBeVisible();
    await expect(form.getByText('Basics')).toHaveCount(hasLayout ? 1 : 0);
    await expect(form.getByRole('textbox', { name: 'Website' })).toHaveCount(hasLayout ? 0 : 1);
  }
});

test('an admin merges options and changes a type, seeing first what would not fit', async ({
  page,
  request,
}) => {
  const field = (body: object) =>
    send(request, company, 'POST', '/custom-fields', { object: 'account', ...body });
  const options = ['Gold', 'gold plus', 'Silver'].map((value) => ({ value, label: value }));
  await field({ name: 'tier', type: 'select', label: 'Tier', options });
  await field({ name: 'seats', type: 'text', label: 'Seats' });
  const { id } = await send(request, company, 'POST', '/accounts', {
    name: 'Fits',
    custom: { tier: 'gold plus', seats: '12' },
  });
  await send(request, company, 'POST', '/accounts', { name: 'Odd', custom: { seats: 'a dozen' } });
  const custom = async () => (await send(request, company, 'GET', `/accounts/${id}`)).custom;
  const act = async (name: string, what: string) => {
    await page.getByRole('button', { name: `More actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: what }).click();
  };
  const dialog = page.getByRole('dialog');
  await page.goto('/settings/fields?object=account');
  await act('Tier', 'Merge options');
  await dialog.getByRole('combobox', { name: 'Options to merge' }).click();
  await page.getByRole('listbox').getByRole('option', { name: 'gold plus', exact: true }).click();
  await dialog.getByRole('combobox', { name: 'Merge into' }).selectOption('Gold');
  await dialog.getByRole('button', { name: 'Merge 1 option' }).click();
  await expect.poll(async () => (await custom()).tier).toBe('Gold');

  await act('Seats', 'Change type');
  await dialog.getByRole('combobox', { name: 'New type' }).selectOption('Number');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(dialog).toContainText("1 value becomes Number. 1 doesn't fit and is emptied.");
  await expect(dialog.getByRole('row', { name: /a dozen/ })).toBeVisible();
  expect((await custom()).seats).toBe('12');
  await dialog.getByRole('button', { name: 'Change to Number' }).click();
  await expect.poll(async () => (await custom()).seats, { timeout: 20_000 }).toBe(12);
  await expect(page.getByText('Number · custom.seats')).toBeVisible();
});

test('an admin gives links roles, and a colleague says who decides and finds the account by it', async ({
  page,
  request,
  browser,
}) => {
  const contact = { firstName: 'Ada', lastName: 'Lovelace' };
  await send(request, company, 'POST', '/contacts', contact);
  await page.goto('/settings/fields?object=account');
  await page.getByRole('button', { name: 'Add field' }).first().click();
  await page.getByRole('button', { name: 'Links', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Label', exact: true }).fill('Buying centre');
  await dialog.getByLabel('Objects').first().press('ArrowDown');
  // The page behind has a list of objects as well.
  await option(page, 'Contacts').last().click();
  await dialog.getByRole('button', { name: 'Add role' }).click();
  await dialog.getByRole('textbox', { name: 'Role 1', exact: true }).fill('Decision maker');
  await dialog.getByRole('textbox', { name: 'Role 1 in German' }).fill('Entscheider');
  await dialog.getByRole('button', { name: 'Add role' }).click();
  await dialog.getByRole('textbox', { name: 'Role 2', exact: true }).fill('Technical contact');
  await dialog.getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByRole('button', { name: 'Buying centre', exact: true })).toBeVisible();

  const rep = await as('salesRep', browser, request);
  await rep.goto('/accounts');
  await rep.getByRole('button', { name: 'New Account' }).click();
  const form = rep.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Harbour');
  await form.getByLabel('Buying centre: Contact').fill('Ada');
  await option(rep, 'Ada Lovelace').click();
  await form.getByRole('combobox', { name: 'Role of Ada Lovelace' }).click();
  await option(rep, 'Decision maker').click();
  await form.getByRole('button', { name: 'Create Account' }).click();
  await expect(rep.getByRole('heading', { name: 'Harbour' })).toBeVisible();
  await expect(rep.getByRole('link', { name: 'Ada Lovelace Decision maker' })).toBeVisible();

  await rep.goto('/accounts');
  await rep.getByRole('button', { name: 'Filter', exact: true }).click();
  const filter = rep.getByRole('dialog');
  await filter.getByRole('combobox', { name: 'Field' }).click();
  await option(rep, 'Buying centre').click();
  await filter.getByRole('combobox', { name: 'Comparison' }).click();
  await option(rep, 'is any of').click();
  await filter.getByLabel('Any record in a role').first().press('ArrowDown');
  await option(rep, 'Technical contact').click();
  await rep.keyboard.press('Tab');
  await filter.getByRole('button', { name: 'Apply' }).click();
  await expect(rep.getByText('No matching records')).toBeVisible();
  await expect(rep.getByRole('main')).toContainText('Buying centre is any of Technical contact');
});
