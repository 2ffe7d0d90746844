import { type BrowserContext, expect, type Page, test } from './test';
import { joinCompany } from './colleague';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';

/** A second person of the company, in a browser of their own. */
async function colleagueOf(context: BrowserContext, page: Page, company: Company): Promise<Company> {
  const { data } = await send(page.request, company, 'GET', '/roles');
  const manager = data.find((role: { key: string }) => role.key === 'salesManager');
  return joinCompany(context.request, company, { name: 'Kim Weber', roleIds: [manager.id] });
}

/** Resolves when the page receives live messages: its first request to watch has been answered. */
function live(page: Page): Promise<unknown> {
  return page
    .waitForEvent('websocket', (socket) => socket.url().includes('/api/v1/live'))
    .then((socket) =>
      // An acknowledgement of Socket.IO begins with 43.
      socket.waitForEvent('framereceived', ({ payload }) => String(payload).startsWith('43')),
    );
}

const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const card = (page: Page, stage: string, name: string) =>
  column(page, stage).getByRole('article').filter({ hasText: name });

test('a deal moved by one person moves on the board of another', async ({ page, context, browser }) => {
  const company = await registerCompany(page.request);
  const deal = await send(page.request, company, 'POST', '/opportunities', {
    name: 'Harbour cranes',
    amount: '1000.00',
  });
  const other = await browser.newContext();
  const theirs = await other.newPage();
  const kim = await colleagueOf(context, page, company);
  const isLive = live(page);
  await logIn(page, company, '/opportunities/board');
  await isLive;
  await logIn(theirs, kim, '/opportunities/board');
  await card(theirs, 'Prospecting', 'Harbour cranes').getByRole('link').press('m');
  await theirs.getByRole('menuitem', { name: 'Proposal' }).click();
  await expect(card(page, 'Proposal', 'Harbour cranes')).toBeVisible();
  await expect(card(page, 'Prospecting', 'Harbour cranes')).toHaveCount(0);
  await expect(column(page, 'Proposal')).toContainText('$1K');

  // While a card is in the air, the board stays as it is.
  await page.getByRole('link', { name: 'Harbour cranes' }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('Over Proposal.')).toBeAttached();
  await send(page.request, company, 'POST', '/opportunities', { name: 'Lock gates', amount: '1.00' });
  await expect(card(theirs, 'Prospecting', 'Lock gates')).toBeVisible();
  await expect(card(page, 'Prospecting', 'Lock gates')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(card(page, 'Prospecting', 'Lock gates')).toBeVisible();
  await send(page.request, company, 'DELETE', `/opportunities/${deal.id}`);
  await expect(page.getByRole('link', { name: 'Harbour cranes' })).toHaveCount(0);
  await other.close();
});

test('lists and records follow what others do, and a form keeps what was typed', async ({ page }) => {
  const company = await registerCompany(page.request);
  const [mill] = await createAccounts(page.request, company, ['Mill', 'Quay']);
  const isLive = live(page);
  await logIn(page, company, '/accounts');
  await isLive;
  const change = (values: object) => send(page.request, company, 'PATCH', `/accounts/${mill!.id}`, values);
  const address = page.getByRole('region', { name: 'Address', exact: true });
  await change({ name: 'Windmill' });
  await expect(page.getByRole('link', { name: 'Windmill' })).toBeVisible();
  await createAccounts(page.request, company, ['Pier']);
  await expect(page.getByRole('link', { name: 'Pier' })).toBeVisible();

  await page.getByRole('link', { name: 'Windmill' }).click();
  await expect(page.getByRole('heading', { name: 'Windmill' })).toBeVisible();
  await change({ city: 'Bremen' });
  await expect(address.getByText('Bremen')).toBeVisible();

  // A field that is edited in place is saved on the version that its user saw.
  await page.getByRole('button', { name: 'Edit City' }).click();
  const city = page.getByRole('textbox', { name: 'City' });
  await city.fill('Kiel');
  await change({ name: 'Old windmill', city: 'Emden' });
  await expect(page.getByRole('heading', { name: 'Old windmill' })).toBeVisible();
  await city.press('Enter');
  const choice = page.getByRole('dialog', { name: 'Someone else changed this record' });
  await expect(choice).toContainText('Emden');
  await choice.getByRole('button', { name: 'Keep all theirs' }).click();
  await choice.getByRole('button', { name: 'Save selection' }).click();
  await expect(address.getByText('Emden')).toBeVisible();

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Edit Account' });
  await form.getByLabel('Name').first().fill('Water mill');
  await change({ name: 'Steam mill', city: 'Kiel' });
  await expect(form.getByText('Someone else changed this record')).toBeVisible();
  await expect(form.getByLabel('Name').first()).toHaveValue('Water mill');
  await form.getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByRole('dialog', { name: 'Someone else changed this record' });
  await conflict.getByRole('button', { name: 'Keep all mine' }).click();
  await conflict.getByRole('button', { name: 'Save selection' }).click();
  await expect(page.getByRole('heading', { name: 'Water mill' })).toBeVisible();
  await expect(address.getByText('Kiel')).toBeVisible();

  await send(page.request, company, 'DELETE', `/accounts/${mill!.id}`);
  await expect(page.getByText('Account not found')).toBeVisible();
});

test('many changes cost a few requests', async ({ page }) => {
  const company = await registerCompany(page.request);
  const isLive = live(page);
  await logIn(page, company, '/accounts');
  await isLive;
  let requests = 0;
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/accounts?')) requests += 1;
  });
  const names = Array.from({ length: 60 }, (_, n) => `Account ${n}`);
  await createAccounts(page.request, company, names);
  // The newest come first.
  await expect(page.getByRole('link', { name: 'Account 59' })).toBeVisible();
  expect(requests).toBeLessThan(names.length / 3);
});

test('a page that lost its connection catches up, and says so after a while', async ({ page, context }) => {
  const company = await registerCompany(page.request);
  const [mill] = await createAccounts(page.request, company, ['Mill']);
  await page.clock.install();
  const isLive = live(page);
  await logIn(page, company, '/accounts');
  await page.clock.runFor(2_000);
  await isLive;
  await context.setOffline(true);
  await page.clock.runFor(60_000);
  await expect(page.getByText("Can't reach Pellucid")).toBeVisible();
  await send(context.request, company, 'PATCH', `/accounts/${mill!.id}`, { name: 'Windmill' });
  await context.setOffline(false);
  await page.clock.runFor(60_000);
  await expect(page.getByRole('link', { name: 'Windmill' })).toBeVisible();
  await expect(page.getByText("Can't reach Pellucid")).toHaveCount(0);
});

test('a connection that ends before its answer fails nothing, and the next one catches up', async ({
  page,
}) => {
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  const company = await registerCompany(page.request);
  let connections = 0;
  let watching = () => {};
  const isWatching = new Promise<void>((done) => (watching = done));
  await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    connections++;
    const endsEarly = connections === 1;
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const isWatch = String(message).includes('"watch"');
      if (isWatch && endsEarly) socket.close();
      else server.send(message);
      if (isWatch && !endsEarly) watching();
    });
  });
  await logIn(page, company, '/accounts');
  await isWatching;
  await createAccounts(page.request, company, ['Harbour']);
  await expect(page.getByRole('link', { name: 'Harbour' })).toBeVisible();
  expect(failures).toEqual([]);
});
