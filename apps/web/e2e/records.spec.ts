import { expect, test } from './test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';

let company: Company;

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  await logIn(page, company);
});

test('a list is searched, sorted and filtered, and its URL restores the same rows', async ({
  page,
  request,
}) => {
  await createAccounts(request, company, ['Alpha', 'Bravo', 'Charlie', 'Delta']);
  await page.goto('/accounts');
  const names = page.locator('tbody').getByRole('link', { name: /^(Alpha|Bravo|Charlie|Delta)$/ });
  await expect(names).toHaveCount(4);

  await page.getByRole('button', { name: 'Employees' }).click();
  await page.getByRole('button', { name: 'Employees' }).click();
  await expect(names).toHaveText(['Delta', 'Charlie', 'Bravo', 'Alpha']);

  await page.keyboard.press('f');
  await page.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Employees', exact: true }).click();
  await page.getByRole('combobox', { name: 'Comparison' }).click();
  await page.getByRole('option', { name: 'is at least' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Employees' }).fill('20');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(names).toHaveText(['Delta', 'Charlie', 'Bravo']);
  await expect(page.getByText('Employees is at least 20')).toBeVisible();

  await page.keyboard.press('/');
  // The last letters are typed while the URL takes up the others, and then the page.
  await page.evaluate(() => {
    const replace = history.replaceState;
    history.replaceState = (...state) => {
      history.replaceState = replace;
      history.replaceState(...state);
      document.execCommand('insertText', false, 'r');
      setTimeout(() => document.execCommand('insertText', false, 'l'), 100);
    };
  });
  await page.keyboard.type('cha');
  await expect(names).toHaveText(['Charlie']);
  await expect(page).toHaveURL(/q=charl/);
  await expect(page.getByRole('searchbox')).toHaveValue('charl');
  await page.reload();
  await expect(names).toHaveText(['Charlie']);
  await page.getByRole('button', { name: 'Clear search' }).click();
  await page.getByRole('button', { name: 'Remove filter' }).click();
  await expect(names).toHaveCount(4);

  // Filters name people who can't log in too. Esc closes the list of them, then asks before the draft is lost.
  await send(request, company, 'POST', '/members', { name: 'Gone Away' });
  await page.keyboard.press('f');
  await page.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Owner', exact: true }).click();
  const owner = page.getByRole('textbox', { name: 'Person' });
  await owner.click();
  await page.getByRole('option', { name: 'Gone Away' }).click();
  await owner.click();
  await expect(page.getByRole('option', { name: 'Gone Away' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option')).toHaveCount(0);
  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  for (const leave of [
    () => page.keyboard.press('Escape'),
    () => page.getByRole('dialog', { name: 'Filter' }).getByRole('button', { name: 'Close' }).click(),
    () => page.getByRole('button', { name: 'Filter', exact: true }).click(),
  ]) {
    await leave();
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await expect(question).toHaveCount(0);
    await expect(owner).toHaveValue('Gone Away');
  }
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(owner).toHaveCount(0);
  // Nothing entered, nothing asked.
  await page.keyboard.press('f');
  await expect(page.getByRole('combobox', { name: 'Field' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox', { name: 'Field' })).toHaveCount(0);
});

test('rows are walked by keyboard', async ({ page, request }) => {
  await createAccounts(request, company, ['Alpha', 'Bravo']);
  await page.goto('/accounts?sort=name');
  await expect(page.getByRole('link', { name: 'Bravo' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Bravo', level: 1 })).toBeVisible();
  // The tabs come before the fields, whose buttons are one tab stop with arrow keys.
  await page.getByRole('tab', { name: 'Overview' }).focus();
  const fields = page.getByRole('complementary');
  await expect(fields.getByRole('button', { name: 'Edit Name' })).toBeAttached();
  // How many stops are in between depends on what the timeline has loaded.
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if (await fields.locator(':focus').count()) break;
  }
  await expect(fields.getByRole('button', { name: 'Edit Name' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(fields.getByRole('button', { name: 'Why can I see and change Name?' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect(fields.locator(':focus')).toHaveAccessibleName(/^Edit (?!Name)/);
  expect(await fields.locator('button:not([tabindex="-1"])').count()).toBe(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});

test('selected rows are deleted together and restored', async ({ page, request }) => {
  await createAccounts(request, company, ['Alpha', 'Bravo', 'Charlie']);
  await page.goto('/accounts');
  await page.getByLabel('Select Alpha').check();
  await page.getByLabel('Select Bravo').check();
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  // Under the pointer, the message with its button stays.
  await page.getByText('2 records deleted').hover();
  await expect(page.locator('tbody').getByRole('link', { name: 'Alpha' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('tbody').getByRole('link', { name: 'Alpha' })).toBeVisible();
  await expect(page.locator('tbody').getByRole('link', { name: 'Bravo' })).toBeVisible();

  // Records hidden by a search stay selected, but change only if the user includes them.
  await page.getByLabel('Select Alpha').check();
  await page.getByLabel('Select Charlie').check();
  await page.getByRole('searchbox').fill('Charlie');
  await expect(page.locator('tbody').getByRole('link', { name: 'Alpha' })).toHaveCount(0);
  await expect(page.getByRole('toolbar')).toContainText('2 selected · 1 not shown');
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('dialog').getByLabel(/Alpha/)).not.toBeChecked();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expectMessage(page, '1 record deleted');
  await page.getByRole('searchbox').fill('');
  await expect(page.locator('tbody').getByRole('link', { name: 'Alpha' })).toBeVisible();
  await expect(page.locator('tbody').getByRole('link', { name: 'Charlie' })).toHaveCount(0);
});

test('a deletion names what refers to the record, and unlinks it or deletes it as well', async ({
  page,
  request,
}) => {
  const [alpha, bravo] = await createAccounts(request, company, ['Alpha', 'Bravo']);
  const contact = (lastName: string, account: string) =>
    send(request, company, 'POST', '/contacts', { lastName, account });
  const kept = await contact('Keller', alpha!.id);
  const gone = await contact('Gruber', bravo!.id);
  const deal = await send(request, company, 'POST', '/opportunities', {
    name: 'Charter',
    account: bravo!.id,
  });
  const exists = (path: string) =>
    request
      .get(`/api/v1${path}`, { headers: { Authorization: `Bearer ${company.token}` } })
      .then((answer) => answer.status() === 200);

  await page.goto(`/accounts/${alpha!.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Keller');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  expect(await exists(`/accounts/${alpha!.id}`)).toBe(true);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByRole('radio', { name: /^Keep/ }).check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();
  expect(await exists(`/accounts/${alpha!.id}`)).toBe(false);
  expect(await exists(`/contacts/${kept.id}`)).toBe(true);

  await page.getByLabel('Select Bravo').check();
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('radio', { name: /^Delete/ }).check();
  await expect(dialog).toContainText('Gruber');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No Accounts yet')).toBeVisible();
  expect(await exists(`/contacts/${gone.id}`)).toBe(false);
  expect(await exists(`/opportunities/${deal.id}`)).toBe(false);
});

test('a deleted record is restored by undo', async ({ page, request }) => {
  const [account] = await createAccounts(request, company, ['Alpha']);
  await page.goto(`/accounts/${account?.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Alpha deleted')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { name: 'Alpha', level: 1 })).toBeVisible();
});

test('two people changing the same field are asked which value stays', async ({ page, request }) => {
  const [account] = await createAccounts(request, company, ['Alpha']);
  await page.goto(`/accounts/${account?.id}`);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Edit Account' });
  await form.getByLabel('Name').first().fill('Alpha mine');
  await form.getByLabel('City').fill('Hamburg');
  await send(request, company, 'PATCH', `/accounts/${account?.id}`, {
    name: 'Alpha theirs',
    phone: '+49 40 1',
  });
  await form.getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByRole('dialog', { name: 'Someone else changed this record' });
  await expect(conflict).toContainText('Alpha mine');
  await expect(conflict).toContainText('Alpha theirs');
  await conflict.getByRole('radio', { name: /Theirs/ }).click();
  await conflict.getByRole('button', { name: 'Save selection' }).click();
  await expect(page.getByRole('heading', { name: 'Alpha theirs' })).toBeVisible();
  // The page may show their name before the rest is saved.
  await expect
    .poll(() => send(request, company, 'GET', `/accounts/${account?.id}`))
    .toMatchObject({ name: 'Alpha theirs', city: 'Hamburg', phone: '+49 40 1' });
});

test('typed text is not lost by accident', async ({ page }) => {
  await page.goto('/accounts');
  await expect(page.getByText('No Accounts yet')).toBeVisible();
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New Account' });
  await form.getByLabel('Name').first().fill('Unsaved');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await expect(form.getByLabel('Name').first()).toHaveValue('Unsaved');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(form).toBeHidden();
});

test('a record is created from within the field that refers to it', async ({ page }) => {
  await page.goto('/contacts');
  await expect(page.getByText('No Contacts yet')).toBeVisible();
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New Contact' });
  await form.getByLabel('Last name').fill('Keller');
  await form.getByRole('textbox', { name: 'Account' }).fill('Fernhill');
  await page.getByRole('option', { name: 'Create “Fernhill”' }).click();
  await page
    .getByRole('dialog', { name: 'New Account' })
    .getByRole('button', { name: 'Create Account' })
    .click();
  await expect(form.getByRole('textbox', { name: 'Account' })).toHaveValue('Fernhill');
  await form.getByRole('button', { name: 'Create Contact' }).click();
  await expect(page.getByRole('heading', { name: 'Keller' })).toBeVisible();
  await page.getByRole('link', { name: 'Fernhill' }).first().click();
  await expect(page.getByRole('heading', { name: 'Fernhill' })).toBeVisible();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect(
    page.getByRole('region', { name: 'Contacts' }).getByRole('link', { name: 'Keller' }),
  ).toBeVisible();
});

test('a field that the API refuses is reverted', async ({ page, request }) => {
  const [account] = await createAccounts(request, company, ['Alpha']);
  await send(request, company, 'PATCH', `/accounts/${account?.id}`, { website: 'https://alpha.example' });
  await page.goto(`/accounts/${account?.id}`);
  await page.getByRole('button', { name: 'Edit Website' }).click();
  await page.getByRole('textbox', { name: 'Website' }).fill('nonsense here');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/must be a web address/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'alpha.example' })).toBeVisible();
});

test('Ctrl-K finds a record of any object', async ({ page, request }) => {
  await createAccounts(request, company, ['Quill & Partners']);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').fill('quill');
  await page.getByRole('dialog').getByText('Quill & Partners').click();
  await expect(page.getByRole('heading', { name: 'Quill & Partners' })).toBeVisible();
});

test('a new opportunity shows the currency that it takes from its legal entity', async ({
  page,
  request,
}) => {
  await send(request, company, 'POST', '/legal-entities', { name: 'Rhein GmbH', currency: 'JPY' });
  await page.goto('/opportunities');
  await page.getByRole('button', { name: /^New Opportunity/ }).click();
  const form = page.getByRole('dialog', { name: 'New Opportunity' });
  const currency = form.getByRole('combobox', { name: 'Currency' });
  await expect(currency).toHaveAttribute('placeholder', 'USD');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Bridge');
  await form.getByRole('textbox', { name: 'Legal entity' }).click();
  await page.getByRole('option', { name: 'Rhein GmbH' }).click();
  await expect(currency).toHaveAttribute('placeholder', 'JPY');
  await expect(currency).toHaveValue('');
  await form.getByRole('button', { name: 'Create Opportunity' }).click();
  await expect
    .poll(() => send(request, company, 'GET', '/opportunities?fields=name,currency'))
    .toMatchObject({ data: [{ name: 'Bridge', currency: 'JPY' }] });
});
