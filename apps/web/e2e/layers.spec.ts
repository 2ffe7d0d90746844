import { expect, type Page, test } from './test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';

let company: Company;

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  await logIn(page, company);
});

/** Presses Esc until no layer is left above the page. Returns the number of presses. */
async function presses(page: Page): Promise<number> {
  let count = 0;
  while ((await page.locator('[role="dialog"]:visible, [role="menu"]:visible').count()) > 0) {
    const before = await page.locator('[role="dialog"]:visible, [role="menu"]:visible').count();
    await page.keyboard.press('Escape');
    await expect(page.locator('[role="dialog"]:visible, [role="menu"]:visible')).toHaveCount(before - 1);
    count += 1;
  }
  return count;
}

test('Esc closes the topmost layer only, and leaves a record when there is none', async ({
  page,
  request,
}) => {
  const [account] = await createAccounts(request, company, ['Alpha']);
  const lead = await send(request, company, 'POST', '/leads', { lastName: 'Keller', company: 'Bravo' });
  await page.goto(`/leads/${lead.id}`);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await presses(page)).toBe(1);
  await expect(page).toHaveURL(new RegExp(`/leads/${lead.id}$`));

  await page.goto(`/accounts/${account?.id}`);
  const heading = page.getByRole('heading', { name: 'Alpha', level: 1 });
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await presses(page)).toBe(1);
  await page.getByRole('button', { name: 'More actions' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  expect(await presses(page)).toBe(1);
  await expect(page.getByRole('button', { name: 'More actions' })).toBeFocused();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  expect(await presses(page)).toBe(1);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  // The palette finds pages by subject, in both languages, and each only once.
  const found = page.getByRole('dialog').getByRole('button');
  for (const [words, names] of [
    ['products', [/^Products$/]],
    ['fiscal year', [/^Settings$/]],
    ['Kennwort', [/^Log-in & security/]],
  ] as const) {
    await page.getByRole('dialog').getByRole('textbox').fill(words);
    await expect(found).toHaveText(names);
  }
  expect(await presses(page)).toBe(1);
  await page.getByRole('button', { name: 'Edit City' }).click();
  await page.getByRole('textbox', { name: 'City' }).fill('Kiel');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveCount(0);
  await expect(heading).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();

  // What a form opened closes before the form.
  await page.goto('/contacts');
  await expect(page.getByText('No Contacts yet')).toBeVisible();
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New Contact' });
  await form.getByRole('textbox', { name: 'Account' }).click();
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option')).toHaveCount(0);
  await expect(form).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(form).toHaveCount(0);
});

test('a dialog focuses its errors and asks before discarding what was entered', async ({ page }) => {
  await page.goto('/people');
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog', { name: /^Invite/ });
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('no address');
  await dialog.getByRole('checkbox', { name: 'Read Only' }).check();
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await expect(dialog.getByRole('status')).toContainText('1 field needs');
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
  // An error found by the API also gets the focus.
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Jo');
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await expect(dialog.getByRole('textbox', { name: 'E-mail' })).toBeFocused();
  await expect(dialog.getByRole('status')).toContainText('1 field needs');

  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  for (const leave of [
    () => page.keyboard.press('Escape'),
    () => dialog.getByRole('button', { name: 'Close' }).click(),
    () => dialog.getByRole('button', { name: 'Cancel' }).click(),
  ]) {
    await leave();
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await expect(question).toHaveCount(0);
  }
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('Jo');
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toHaveCount(0);
  // If nothing was entered, closing doesn't ask.
  await page.getByRole('button', { name: 'Invite' }).click();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});
