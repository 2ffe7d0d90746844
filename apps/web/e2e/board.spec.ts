import { type APIRequestContext, expect, type Locator, type Page, test } from './test';
import { type Company, logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';

interface Deal {
  id: string;
  name: string;
}

async function createDeals(request: APIRequestContext, company: Company, names: string[]): Promise<Deal[]> {
  const deals: Deal[] = [];
  for (const name of names) {
    deals.push(await send(request, company, 'POST', '/opportunities', { name, amount: '1000.00' }));
  }
  return deals;
}

const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const card = (where: Page | Locator, name: string) => where.getByRole('article').filter({ hasText: name });

/** Moves in steps, like a hand. A jump would not count as a drag. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const start = await from.boundingBox();
  const end = await to.boundingBox();
  if (!start || !end) throw new Error('nothing to drag');
  await page.mouse.move(start.x + 30, start.y + 40);
  await page.mouse.down();
  await page.mouse.move(start.x + 50, start.y + 50, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + 120, { steps: 12 });
  // On a busy machine the board follows the pointer late. Like a hand, this lets go once the column is marked.
  await expect(to).toHaveAttribute('data-over', 'true');
  await page.mouse.up();
}

async function stageOf(request: APIRequestContext, company: Company, deal: Deal): Promise<string> {
  return (await send(request, company, 'GET', `/opportunities/${deal.id}`)).stage.name;
}

test('a deal dragged to another stage stays there, and the totals follow', async ({ page, request }) => {
  const company = await registerCompany(request);
  const [deal] = await createDeals(request, company, ['Harbour cranes', 'Lock gates']);
  await logIn(page, company, '/opportunities/board');
  await expect(column(page, 'Prospecting')).toContainText('$2K');
  await drag(page, card(page, 'Harbour cranes'), column(page, 'Proposal'));
  await expect(card(column(page, 'Proposal'), 'Harbour cranes')).toBeVisible();
  await expect(column(page, 'Proposal')).toContainText('$1K');
  await expect.poll(() => stageOf(request, company, deal as Deal)).toBe('Proposal');
  // Opportunities are requested together with the totals, not after them.
  let letTotalsPass = () => {};
  const totals = new Promise<void>((pass) => (letTotalsPass = pass));
  await page.route(/\/totals(\?|$)/, async (route) => {
    await totals;
    await route.continue();
  });
  await page.reload();
  await expect(card(column(page, 'Proposal'), 'Harbour cranes')).toBeVisible();
  await expect(card(column(page, 'Prospecting'), 'Lock gates')).toBeVisible();
  await expect(column(page, 'Proposal')).not.toContainText('$1K');
  letTotalsPass();
  await expect(column(page, 'Proposal').getByText('$1K', { exact: true })).toBeVisible();
});

test('a deal is moved by keyboard alone', async ({ page, request }) => {
  const company = await registerCompany(request);
  const [deal] = await createDeals(request, company, ['Harbour cranes']);
  await logIn(page, company, '/opportunities/board');
  await page.getByRole('link', { name: 'Harbour cranes' }).focus();
  await page.keyboard.press('Space');
  // The announcement that a card was picked up is followed by its position.
  await expect(page.getByText('Over Prospecting.')).toBeAttached();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('Over Engaging.')).toBeAttached();
  await page.keyboard.press('Space');
  await expect(card(column(page, 'Engaging'), 'Harbour cranes')).toBeVisible();
  await expect.poll(() => stageOf(request, company, deal as Deal)).toBe('Engaging');
});

test('a stage that needs fields asks for exactly these, then takes the deal', async ({ page, request }) => {
  const company = await registerCompany(request);
  const [deal] = await createDeals(request, company, ['Harbour cranes']);
  const { data } = await send(request, company, 'GET', '/stages?limit=50');
  const proposal = data.find((stage: { name: string }) => stage.name === 'Proposal');
  await send(request, company, 'PATCH', `/stages/${proposal.id}`, { requiredFields: ['nextStep'] });
  await logIn(page, company, '/opportunities/board');
  await drag(page, card(page, 'Harbour cranes'), column(page, 'Proposal'));
  const form = page.getByRole('dialog', { name: 'This stage requires more fields' });
  await form.getByLabel('Next step').fill('Send the offer');
  await form.getByRole('button', { name: 'Save and move' }).click();
  await expect(card(column(page, 'Proposal'), 'Harbour cranes')).toBeVisible();
  await expect.poll(() => stageOf(request, company, deal as Deal)).toBe('Proposal');
  const saved = await send(request, company, 'GET', `/opportunities/${(deal as Deal).id}`);
  expect(saved.nextStep).toBe('Send the offer');
});

test('a refused move brings the card back and says why', async ({ page, request }) => {
  const company = await registerCompany(request);
  const [deal] = await createDeals(request, company, ['Harbour cranes']);
  // Without live messages, which would move the card before it is dragged.
  await page.routeWebSocket(/\/api\/v1\/live/, () => {});
  await logIn(page, company, '/opportunities/board');
  await expect(card(column(page, 'Prospecting'), 'Harbour cranes')).toBeVisible();
  // Somebody else closes the deal meanwhile.
  await send(request, company, 'POST', `/opportunities/${(deal as Deal).id}/lose`, { reason: 'Price' });
  await drag(page, card(page, 'Harbour cranes'), column(page, 'Engaging'));
  await expectMessage(page, "Couldn't move Harbour cranes");
  await expect(card(column(page, 'Engaging'), 'Harbour cranes')).toHaveCount(0);
});

test('deals are looked at one after the other beside the board, and going back lands where one was', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const names = Array.from({ length: 24 }, (_, n) => `Deal ${String(n).padStart(2, '0')}`);
  await createDeals(request, company, names);
  await logIn(page, company, '/opportunities/board');
  const deals = column(page, 'Prospecting');
  const links = deals.getByRole('article').getByRole('link');
  const [first, second] = (await links.allTextContents()).map((name) => name.trim());
  await links.first().focus();
  await page.keyboard.press('m');
  await page.getByRole('menuitem', { name: 'Preview' }).click();
  await expect(page.getByRole('dialog', { name: first })).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('dialog', { name: second })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).not.toHaveURL(/peek/);

  await links.first().hover();
  await page.mouse.wheel(0, 100_000);
  const last = links.last();
  await expect(deals.getByRole('listitem').last()).toHaveAttribute('aria-posinset', '24');
  await expect(last).toBeInViewport();
  const name = (await last.textContent())?.trim() ?? '';
  await last.click();
  for (const goBack of [() => page.goBack(), () => page.keyboard.press('Escape')]) {
    await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
    await goBack();
    await expect(page).toHaveURL(/board$/);
    await expect(card(deals, name)).toBeInViewport();
    await card(deals, name).getByRole('link').click();
  }
});

test('a deal is won from its own page and reopened from there', async ({ page, request }) => {
  const company = await registerCompany(request);
  const [deal] = await createDeals(request, company, ['Harbour cranes']);
  await logIn(page, company, `/opportunities/${(deal as Deal).id}`);
  await page.getByRole('button', { name: 'Won' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Mark as won' }).click();
  await expect(page.getByRole('button', { name: 'Reopen' })).toBeVisible();
  expect(await stageOf(request, company, deal as Deal)).toBe('Won');
  await page.getByRole('button', { name: 'Reopen' }).click();
  await page.getByRole('menuitem', { name: 'Negotiation' }).click();
  await expect(page.getByRole('button', { name: 'Won' })).toBeVisible();
  expect(await stageOf(request, company, deal as Deal)).toBe('Negotiation');
});

test('a filtered board is shared by its address', async ({ page, request }) => {
  const company = await registerCompany(request);
  await createDeals(request, company, ['Harbour cranes', 'Lock gates']);
  await logIn(page, company, '/opportunities/board');
  await page.getByRole('searchbox', { name: 'Search opportunities' }).fill('cranes');
  await expect(card(page, 'Lock gates')).toHaveCount(0);
  await expect(page).toHaveURL(/q=cranes/);
  await page.reload();
  await expect(card(page, 'Harbour cranes')).toBeVisible();
  await expect(card(page, 'Lock gates')).toHaveCount(0);
  await expect(column(page, 'Prospecting')).toContainText('$1K');

  // A card's menu opens by keyboard and by pointer.
  const menu = page.getByRole('menu');
  await card(page, 'Harbour cranes').getByRole('link').press('m');
  await expect(menu.getByRole('menuitem', { name: 'Engaging' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await page.reload();
  // The press begins as soon as the pointer arrives. The button pressed must still be the one released.
  const button = card(page, 'Harbour cranes').getByRole('button');
  const met = await button.elementHandle();
  await button.hover();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  expect(await met!.evaluate((element) => element.isConnected)).toBe(true);
  await button.click();
  await expect(menu.getByRole('menuitem', { name: 'Engaging' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});

test('the navigation marks one entry, even if one page is below another', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company);
  const current = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current="page"]');
  for (const [path, name] of [
    ['/opportunities/board', 'Pipeline'],
    ['/opportunities', 'Opportunities'],
    ['/', 'Home'],
  ] as const) {
    await page.goto(path);
    await expect(current).toHaveText([name]);
  }
});

test('the palette has a name for screen readers, which takes no space', async ({ page, request }) => {
  await logIn(page, await registerCompany(request));
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  const [whole, field] = [
    await palette.boundingBox(),
    await palette.getByRole('textbox', { name: 'Search records, pages and commands' }).boundingBox(),
  ];
  expect(field!.y - whole!.y).toBeLessThan(10);
  // It may have been opened before it was loaded.
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
});
