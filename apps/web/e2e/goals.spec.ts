import { expect, test } from './test';
import { type Company, logIn, registerCompany, send } from './company';
import { SCREENS, expectUsableOn } from './usable';

let company: Company;
const today = () => new Date().toISOString().slice(0, 10);

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  const goal = { period: 'month', startsOn: today() };
  await send(request, company, 'POST', '/goals', { ...goal, metric: 'wonDeals', target: 4 });
  await send(request, company, 'POST', '/goals', {
    ...goal,
    metric: 'newLeads',
    target: 10,
    name: 'Fill the funnel',
  });
  const deal = await send(request, company, 'POST', '/opportunities', { name: 'Signed', closeDate: today() });
  await send(request, company, 'POST', `/opportunities/${deal.id}/win`, {});
  await logIn(page, company, '/goals');
});

test('goals show what is reached, and open the records that make it', async ({ page }) => {
  const goals = page.getByRole('region', { name: 'All goals' });
  const won = goals.getByRole('listitem').filter({ hasText: 'Opportunities won' });
  await expect(won.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25');
  await expect(page.getByRole('region', { name: 'Leaderboard' }).getByRole('listitem').first()).toContainText(
    'Opportunities won',
  );
  await won.getByRole('link', { name: '1', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Signed' })).toBeVisible();
  await page.goto('/');
  const block = page.getByRole('region', { name: 'Goals' });
  await expect(block.getByRole('listitem')).toHaveCount(2);
  await expect(block).toContainText('Fill the funnel');
});

for (const screen of Object.keys(SCREENS) as (keyof typeof SCREENS)[])
  test(`goals pass axe and do not scroll sideways: ${screen}`, async ({ page }) => {
    const goals = page.getByRole('region', { name: 'All goals' });
    await expect(goals.getByRole('listitem')).toHaveCount(2);
    await expectUsableOn(screen)(page, 'goals');
  });
