import { expect, test } from './test';
import { type Company, logIn, registerCompany, send } from './company';
import { SCREENS, expectUsableOn } from './usable';

let company: Company;
let deal: { id: string };
const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  deal = await send(request, company, 'POST', '/opportunities', { name: 'Late renewal', closeDate: day(-5) });
  const { id } = await send(request, company, 'POST', '/opportunities', {
    name: 'Well planned',
    closeDate: day(40),
  });
  await send(request, company, 'POST', '/opportunities', { name: 'Not planned', closeDate: day(30) });
  await send(request, company, 'POST', '/calls', {
    name: 'Next call',
    startsAt: `${day(2)}T09:00:00Z`,
    about: [{ object: 'opportunity', id }],
  });
  await logIn(page, company, '/');
});

test('home, board and the deal itself say why a deal is at risk', async ({ page }) => {
  const block = page.getByRole('region', { name: 'Opportunities at risk' });
  await expect(block.getByRole('listitem')).toHaveCount(2);
  await expect(block.getByRole('listitem').first()).toContainText('Late renewal');
  await expect(block.getByRole('listitem').first()).toContainText(
    /Close date passed \d days ago · Nothing planned next/,
  );
  await block.getByRole('button', { name: 'Close date passed' }).click();
  await expect(block.getByRole('listitem')).toHaveCount(1);
  await block.getByRole('link', { name: 'See all' }).click();
  await expect(page.getByRole('link', { name: 'Late renewal' })).toBeVisible();
  await expect(page.getByText('Not planned')).toHaveCount(0);
  await page.goto('/opportunities/board');
  const card = page.getByRole('article').filter({ hasText: 'Not planned' });
  await expect(card.getByRole('img', { name: 'Nothing planned next' })).toBeVisible();
  await page.goto(`/opportunities/${deal.id}`);
  await page.getByRole('button', { name: '2 risks' }).click();
  await expect(page.getByText(/^Close date passed \d days ago$/)).toBeVisible();
});

for (const screen of Object.keys(SCREENS) as (keyof typeof SCREENS)[])
  test(`home with deals at risk passes axe and does not scroll sideways: ${screen}`, async ({ page }) => {
    const block = page.getByRole('region', { name: 'Opportunities at risk' });
    await expect(block.getByRole('listitem')).toHaveCount(2);
    await expectUsableOn(screen)(page, 'home-at-risk');
  });
