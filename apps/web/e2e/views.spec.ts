import { expect, test } from './test';
import { joinCompany } from './colleague';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';

let company: Company;

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  await createAccounts(request, company, ['Alpha', 'Bravo', 'Charlie', 'Delta']);
  await logIn(page, company);
});

test('a view is saved, changed and shared, and a colleague opens its link', async ({
  page,
  request,
  browser,
}) => {
  await page.goto('/accounts');
  const names = page.locator('tbody').getByRole('link', { name: /^(Alpha|Bravo|Charlie|Delta)$/ });
  await expect(names).toHaveCount(4);
  await page.getByRole('button', { name: 'Employees' }).click();
  await page.getByRole('button', { name: 'Employees' }).click();
  await expect(page.getByText('Modified')).toBeVisible();
  await page.getByRole('button', { name: 'Save as…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Largest first');
  await dialog.getByText('Everyone', { exact: true }).click();
  await dialog.getByRole('checkbox', { name: "Pin to everyone's navigation" }).check();
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expectMessage(page, 'View “Largest first” saved');
  await expect(page.getByRole('tab', { name: 'Largest first', selected: true })).toBeVisible();
  await expect(page.getByText('Modified')).toBeHidden();

  // A wider column is a change of the view. It is dropped, then made again and saved.
  const handle = page.getByRole('separator', { name: 'Width of Name' });
  await handle.press('ArrowRight');
  await expect(page.getByText('Modified')).toBeVisible();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('Modified')).toBeHidden();
  await handle.press('ArrowRight');
  await page
    .getByRole('group', { name: 'Changes of the view' })
    .getByRole('button', { name: 'Save', exact: true })
    .click();
  await expect(page.getByText('Modified')).toBeHidden();
  const link = page.url();
  expect(link).toMatch(/view=[\da-f-]{36}$/);

  const { data: roles } = await send(request, company, 'GET', '/roles');
  const rep = roles.find(({ key }: { key: string }) => key === 'salesRep');
  const kim = await joinCompany(request, company, { name: 'Kim Vogel', roleIds: [rep.id] });
  const other = await browser.newPage();
  await logIn(other, kim, link.replace(/^https?:\/\/[^/]+/, ''));
  const theirs = other.locator('tbody').getByRole('link', { name: /^(Alpha|Bravo|Charlie|Delta)$/ });
  await expect(theirs).toHaveText(['Delta', 'Charlie', 'Bravo', 'Alpha']);
  await expect(other.getByRole('navigation').getByRole('link', { name: 'Largest first' })).toBeVisible();
  // Kim may change it for herself only.
  await other.getByRole('button', { name: 'Employees' }).click();
  await expect(other.getByText('Modified')).toBeVisible();
  await expect(other.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
  await expect(other.getByRole('button', { name: 'Save as…' })).toBeVisible();
  await other.close();
});

test('going back lands where one was in the list', async ({ page, request }) => {
  await createAccounts(
    request,
    company,
    Array.from({ length: 40 }, (_, n) => `Numbered ${String(n).padStart(2, '0')}`),
  );
  await page.goto('/accounts?sort=name');
  const rows = page.getByRole('region', { name: 'Rows' });
  await rows.getByRole('link', { name: 'Alpha' }).waitFor();
  for (let n = 0; n < 30; n += 1) await page.keyboard.press('j');
  const target = rows.locator('tr[data-active]').getByRole('link').first();
  await expect(target).toBeInViewport();
  // The active row stays in view when the table gets less room.
  await page.setViewportSize({ width: 1280, height: 600 });
  await expect(target).toBeInViewport();
  const name = (await target.textContent()) ?? '';
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
  await page.goBack();
  await expect(rows.locator('tr[data-active]').getByRole('link', { name })).toBeInViewport();
  // Esc on the record goes back as well.
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/sort=name/);
  await expect(rows.locator('tr[data-active]').getByRole('link', { name })).toBeInViewport();
});

test('cells are edited by keyboard, and a block from a spreadsheet is shown before it is written', async ({
  page,
}) => {
  await page.goto(
    `/accounts?sort=name&columns=${encodeURIComponent(JSON.stringify(['name', 'city', 'employees']))}`,
  );
  const grid = page.getByRole('grid', { name: 'Accounts' });
  await page.getByRole('button', { name: 'Edit cells' }).click();
  const cell = (row: string, column: number) =>
    grid
      .getByRole('row')
      .filter({ hasText: row })
      .getByRole('gridcell')
      .nth(column + 1);
  await expect(cell('Alpha', 0)).toHaveAttribute('aria-selected', 'true');
  // Enter edits, Tab goes on to the right, Enter goes down, Esc drops.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'City' }).fill('Kiel');
  await page.keyboard.press('Tab');
  await expect(cell('Alpha', 1)).toHaveText('Kiel');
  await expect(cell('Alpha', 2)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Employees' }).fill('-5');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Employees' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(cell('Alpha', 2)).toHaveText('10');

  // What a spreadsheet puts on the clipboard: two rows, two columns; one cell can't be read.
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await expect(cell('Bravo', 1)).toHaveAttribute('aria-selected', 'true');
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'Bonn\t25\r\nUlm\tmany\r\n');
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  const preview = page.getByRole('dialog', { name: 'Paste into the list' });
  await expect(preview.getByText("3 cells will change. 1 cell can't be read")).toBeVisible();
  await expect(preview.getByRole('row', { name: /Charlie.*Employees/ })).toContainText('many');
  await expect(cell('Bravo', 1)).not.toHaveText('Bonn');
  await preview.getByRole('button', { name: 'Change 3 cells' }).click();
  await expect(cell('Bravo', 1)).toHaveText('Bonn');
  await expect(cell('Bravo', 2)).toHaveText('25');
  await expect(cell('Charlie', 1)).toHaveText('Ulm');
  await expect(cell('Charlie', 2)).toHaveText('30');
});

test('a card dragged on a board by a select field writes the field, and is undone', async ({
  page,
  request,
}) => {
  const [alpha] = (await send(request, company, 'GET', '/accounts?sort=name')).data;
  await send(request, company, 'PATCH', `/accounts/${alpha.id}`, { industry: 'Finance' });
  const board = encodeURIComponent(
    JSON.stringify({ field: 'industry', columns: [{ value: 'Finance', limit: 1 }] }),
  );
  await page.goto(`/accounts?kind=board&board=${board}`);
  const column = (name: string) => page.getByRole('region', { name, exact: true });
  await expect(column('Finance').getByRole('link', { name: 'Alpha' })).toBeVisible();
  await expect(column('Finance').getByText('1 / 1')).toBeVisible();
  await column('Finance').getByRole('link', { name: 'Alpha' }).focus();
  await page.keyboard.press('Space');
  const over = page
    .getByTestId('record-board')
    .locator('section[data-over]')
    .filter({ hasNot: page.getByRole('heading', { name: 'Finance' }) });
  // Keys count once the columns are measured.
  await expect(async () => {
    await page.keyboard.press('ArrowRight');
    await expect(over).toHaveCount(1, { timeout: 2_000 });
  }).toPass();
  const target = column((await over.getByRole('heading').textContent()) ?? '');
  await page.keyboard.press('Space');
  await expect(target.getByRole('link', { name: 'Alpha' })).toBeVisible();
  await expect(column('Finance').getByRole('link', { name: 'Alpha' })).toBeHidden();
  await expect
    .poll(async () => (await send(request, company, 'GET', `/accounts/${alpha.id}`)).industry)
    .not.toBe('Finance');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(column('Finance').getByRole('link', { name: 'Alpha' })).toBeVisible();

  // Space opens a record beside the list, and J goes on to the next one.
  await page.goto('/accounts?sort=name');
  await page.getByRole('region', { name: 'Rows' }).getByRole('link', { name: 'Alpha' }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  await expect(page.getByRole('dialog', { name: 'Alpha' })).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('dialog', { name: 'Bravo' })).toBeVisible();
  await expect(page).toHaveURL(/peek=/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('records of a board and of a calendar are looked at one after the other, and going back lands there', async ({
  page,
}) => {
  const address = (kind: string, field: string) =>
    `/accounts?kind=${kind}&sort=name&${kind}=${encodeURIComponent(JSON.stringify({ field }))}`;
  await page.goto(address('calendar', 'createdAt'));
  await page.getByRole('button', { name: 'Alpha', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Alpha' })).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('dialog', { name: 'Bravo' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  // The window shows a part of the board only.
  await page.setViewportSize({ width: 900, height: 700 });
  await page.goto(address('board', 'industry'));
  const board = page.getByTestId('record-board');
  const alpha = board.getByRole('article').filter({ hasText: 'Alpha' });
  await alpha.getByRole('button', { name: 'Actions for Alpha' }).click();
  await page.getByRole('menuitem', { name: 'Preview' }).click();
  await expect(page.getByRole('dialog', { name: 'Alpha' })).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('dialog', { name: 'Bravo' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await alpha.getByRole('link').focus();
  const left = await board.evaluate((element) => element.scrollLeft);
  expect(left).toBeGreaterThan(0);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Alpha', exact: true })).toBeVisible();
  await page.goBack();
  await expect.poll(() => board.evaluate((element) => element.scrollLeft)).toBe(left);
});
