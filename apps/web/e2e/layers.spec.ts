import { expect, type Page, test } from '@playwright/test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';

let company: Company;

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  await logIn(page, company);
});

/** Presses Esc until nothing lies over the page, and says how often. */
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
  const heading = page.getByRole('heading', { name: 'Alpha' });
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
  expect(await presses(page)).toBe(1);
  await page.getByRole('button', { name: 'Edit City' }).click();
  await page.getByRole('textbox', { name: 'City' }).fill('Kiel');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveCount(0);
  await expect(heading).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible();
});

test('a form that cannot be saved says how many fields are wrong and goes to the first', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 480 });
  await page.goto('/accounts');
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New Account' });
  await form.getByLabel('City').fill('Kiel');
  await form.getByRole('button', { name: 'Create Account' }).click();
  await expect(form.getByRole('status').filter({ hasText: '1 field needs your attention' })).toBeVisible();
  await expect(form.getByLabel('Name').first()).toBeFocused();
  await expect(form.getByLabel('Name').first()).toBeInViewport();
});

test('unsaved settings are asked about before another page', async ({ page }) => {
  await page.goto('/settings/general');
  const name = page.getByRole('textbox', { name: /name/i }).first();
  await name.fill('Another name');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click();
  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(name).toHaveValue('Another name');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible();
});

test('half a condition is marked and not dropped', async ({ page, request }) => {
  await createAccounts(request, company, ['Alpha']);
  await page.goto('/accounts');
  await page.keyboard.press('f');
  await page.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Employees', exact: true }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('1 condition is incomplete')).toBeVisible();
  await expect(page.getByText('Enter a value')).toBeVisible();
});

test('a new pipeline comes with stages, and a card opens anywhere and by its menu', async ({
  page,
  request,
}) => {
  await page.goto('/settings/pipelines');
  await page.getByRole('button', { name: 'New pipeline' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').first().fill('Renewals');
  await form.getByRole('button', { name: 'Create Pipeline' }).click();
  const pipeline = page.getByRole('region', { name: 'Renewals' });
  await expect(pipeline.getByRole('listitem')).toHaveCount(6);
  await send(request, company, 'POST', '/opportunities', { name: 'Harbour cranes', amount: '1000' });
  await page.goto('/opportunities/board');
  const card = page.getByRole('article').filter({ hasText: 'Harbour cranes' });
  await card.getByRole('link').focus();
  await page.keyboard.press('m');
  await expect(page.getByRole('menuitem', { name: 'Engaging' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Engaging', exact: true })).toContainText('Harbour cranes');
  const box = await card.boundingBox();
  await page.mouse.click((box?.x ?? 0) + 60, (box?.y ?? 0) + (box?.height ?? 0) - 8);
  await expect(page.getByRole('heading', { name: 'Harbour cranes' })).toBeVisible();
});

test('objects, fields and options are named in the chosen language', async ({ page, request }) => {
  const account = await send(request, company, 'POST', '/accounts', { name: 'Alpha', industry: 'Retail' });
  await page.goto(`/accounts/${account.id}`);
  await expect(page.getByText('Industry').first()).toBeVisible();
  await page.evaluate(() => localStorage.setItem('pellucid-language', 'de'));
  await page.reload();
  await expect(page.getByText('Branche').first()).toBeVisible();
  await expect(page.getByText('Handel').first()).toBeVisible();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Kontakte' })).toBeVisible();
});
