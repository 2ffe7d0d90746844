import { expect, test } from './test';
import { type Company, logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';
import { SCREENS, expectUsableOn } from './usable';

let company: Company;
/** The day some days from now, in the company's zone. */
const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  const account = await send(request, company, 'POST', '/accounts', { name: 'Acme' });
  const about = [{ object: 'account', id: account.id }];
  const tasks = [
    { name: 'Long overdue', due: day(-3), about },
    { name: 'Send the offer', due: day(0), priority: 'Urgent', description: 'With the new prices.', about },
    { name: 'Tidy up', due: day(0) },
    { name: 'Some day' },
  ];
  for (const task of tasks) await send(request, company, 'POST', '/tasks', task);
  await send(request, company, 'POST', '/meetings', { name: 'Review', startsAt: `${day(2)}T09:00:00Z` });
  await logIn(page, company, '/my-day');
});

test('my day is worked through by keyboard, and what was done can be undone', async ({ page }) => {
  const part = (name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) });
  await expect(part('Overdue').getByRole('link', { name: 'Long overdue' })).toBeVisible();
  await expect(part('Today').getByRole('listitem')).toHaveCount(2);
  await expect(part('Today').getByRole('listitem').first()).toContainText('Send the offer');
  await expect(part('Next 7 days')).toContainText('Review');
  await expect(part('No date')).toContainText('Some day');
  await page.getByRole('checkbox', { name: 'Complete Tidy up' }).click();
  await expectMessage(page, 'Tidy up is done.');
  await expect(part('Today').getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(part('Today').getByRole('listitem')).toHaveCount(2);
  // The first one is moved to tomorrow.
  await page.keyboard.press('j');
  await page.keyboard.press('s');
  await expectMessage(page, 'Long overdue was moved.');
  await expect(part('Overdue')).toHaveCount(0);

  await page.keyboard.press('q');
  await expect(page.getByRole('article', { name: 'Send the offer' })).toContainText('With the new prices.');
  await expect(page.getByRole('article', { name: 'Acme' })).toBeVisible();
  await expect(page.getByText('2 left')).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('article', { name: 'Tidy up' })).toBeVisible();
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await expectMessage(page, 'Send the offer is done.');
  await expect(page.getByRole('article', { name: 'Tidy up' })).toBeVisible();
  await page.keyboard.press('x');
  await expect(page.getByText("You're through")).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/my-day$/);
});

test('a task is completed and reopened on its own page', async ({ page }) => {
  await page.getByRole('link', { name: 'Tidy up' }).click();
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await expectMessage(page, 'Tidy up is done.');
  await page.getByRole('button', { name: 'Reopen' }).click();
  await expect(page.getByRole('button', { name: 'Complete', exact: true })).toBeVisible();
});

for (const screen of Object.keys(SCREENS) as (keyof typeof SCREENS)[])
  test(`my day and its queue pass axe and do not scroll sideways: ${screen}`, async ({ page }) => {
    const expectUsable = expectUsableOn(screen);
    await expect(page.getByText('Some day')).toBeVisible();
    await expectUsable(page, 'my-day');
    await page.goto('/my-day/queue');
    await expect(page.getByRole('article', { name: 'Acme' })).toBeVisible();
    await expectUsable(page, 'my-day-queue');
  });
