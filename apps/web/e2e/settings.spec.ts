import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';

test('the base currency of the company shows in every amount', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/settings');
  const currency = page.getByRole('combobox', { name: 'Base currency' });
  const choose = async (code: string) => {
    await currency.fill(code);
    await page.getByRole('option', { name: code }).click();
    await page.getByRole('button', { name: 'Save' }).click();
  };
  const before = await currency.inputValue();
  await choose('EUR');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(currency).toHaveValue(before);
  await choose('EUR');
  await expectMessage(page, 'Settings saved');
  await page.goto('/opportunities/board');
  await expect(page.getByRole('region', { name: 'Prospecting' })).toContainText('€0');

  // If there are amounts, the change shows a preview, asks for the rate it needs, and recalculates them.
  const deal = await send(request, company, 'POST', '/opportunities', { name: 'Worth', amount: '800' });
  await page.goto('/settings');
  await page.getByRole('combobox', { name: 'Base currency' }).fill('USD');
  await page.getByRole('option', { name: 'USD' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the base currency to USD?' });
  await expect(dialog.getByText('1 opportunity', { exact: true })).toBeVisible();
  const change = dialog.getByRole('button', { name: 'Change to USD' });
  await expect(change).toBeDisabled();
  await dialog.getByLabel('1 USD in EUR').fill('0.8');
  await dialog.getByRole('button', { name: 'Set rate' }).click();
  await change.click();
  await expectMessage(page, 'Base currency changed');
  await expect
    .poll(async () => (await send(request, company, 'GET', `/opportunities/${deal.id}`)).baseAmount, {
      timeout: 60_000,
    })
    .toBe('1000.00');
  await page.goto('/opportunities/board');
  await expect(page.getByRole('region', { name: 'Prospecting' })).toContainText('$1K');

  // While amounts are recalculated, a list that compares them says so. The note goes by itself.
  const recalculating = { from: 'EUR', to: 'USD' };
  await page.route(/\/api\/v1\/opportunities\?/, async (route) => {
    const response = await route.fetch();
    const list = await response.json();
    await route.fulfill({ response, json: { ...list, meta: { ...list.meta, recalculating } } });
  });
  await page.goto('/opportunities?sort=-amount');
  const note = page.getByRole('status').filter({ hasText: 'recalculated from EUR to USD' });
  await expect(note).toBeVisible();
  await page.unroute(/\/api\/v1\/opportunities\?/);
  await expect(note).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Worth' })).toBeVisible();
});

test('stages are reordered by menu and by keyboard', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/settings/pipelines');
  const stages = page.getByRole('region', { name: 'Sales' }).getByRole('listitem');
  await expect(stages.nth(0)).toContainText('Prospecting');
  await page.getByRole('button', { name: 'More actions for Proposal' }).click();
  await page.getByRole('menuitem', { name: 'Move up' }).click();
  await expect(stages.nth(1)).toContainText('Proposal');
  const handle = page.getByRole('button', { name: 'Move Proposal' });
  const order = async () => {
    const { data } = await send(request, company, 'GET', '/stages?limit=50&sort=position');
    return data.map((stage: { name: string }) => stage.name).slice(0, 3);
  };
  await expect.poll(order).toEqual(['Prospecting', 'Proposal', 'Engaging']);
  await handle.focus();
  await page.keyboard.press('Space');
  // Keys count once the rows are measured. At the top, another press changes nothing.
  await expect(async () => {
    await page.keyboard.press('ArrowUp');
    await expect(page.getByText('At Prospecting.')).toBeAttached({ timeout: 2_000 });
  }).toPass();
  await page.keyboard.press('Space');
  await expect.poll(order).toEqual(['Proposal', 'Prospecting', 'Engaging']);
  await expectMessage(page, 'Stages reordered');
  await page.keyboard.press('Control+z');
  await expect.poll(order).toEqual(['Prospecting', 'Proposal', 'Engaging']);
  await expect(stages.nth(1)).toContainText('Proposal');

  // A new pipeline has the usual stages, and a new stage is inserted before the closing ones.
  await page.getByRole('button', { name: 'New pipeline' }).click();
  const drawer = page.getByRole('dialog', { name: 'New Pipeline' });
  await drawer.getByLabel('Name').fill('Partners');
  await drawer.getByRole('button', { name: 'Create Pipeline' }).click();
  const own = page.getByRole('region', { name: 'Partners' });
  const usual = ['Prospecting', 'Engaging', 'Proposal', 'Negotiation', 'Won', 'Lost'];
  await expect(own.getByRole('listitem')).toHaveText(usual.map((name) => new RegExp(name)));
  await own.getByRole('button', { name: 'Add stage' }).click();
  const stage = page.getByRole('dialog', { name: 'New Stage' });
  await stage.getByLabel('Name').fill('Contract');
  await stage.getByRole('button', { name: 'Create Stage' }).click();
  await expect(own.getByRole('listitem').nth(4)).toContainText('Contract');
  await expect(own.getByRole('listitem').nth(5)).toContainText('Won');
});

test('a language chosen in the profile applies at the next log-in elsewhere', async ({
  browser,
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/settings/profile');
  await page.getByRole('combobox', { name: 'Language' }).click();
  await page.getByRole('option', { name: 'Deutsch' }).click();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Einstellungen' })).toBeVisible();
  const context = await browser.newContext({ locale: 'en-US' });
  const other = await context.newPage();
  await logIn(other, company, '/settings/profile');
  await expect(other.getByRole('combobox', { name: 'Sprache' })).toHaveValue('Deutsch');
  await context.close();
});

test('a session on another device is ended', async ({ browser, page, request }) => {
  const company = await registerCompany(request);
  const context = await browser.newContext();
  const other = await context.newPage();
  await logIn(other, company);
  await logIn(page, company, '/settings/security');
  const sessions = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: /^Log out (?!all)/ }) });
  await expect(sessions).toHaveCount(2);
  await sessions.filter({ hasText: 'Chrome' }).getByRole('button').click();
  await expect(sessions).toHaveCount(1);
  await other.goto('/accounts');
  await expect(other.getByRole('heading', { name: 'Log in' })).toBeVisible();
  await context.close();
});
