import { expect, type Route, test } from './test';
import { logIn, registerCompany, send } from './company';
import { failJob, hasDatabase } from './failed-jobs';
import { expectMessage } from './messages';
import { expectUsableOn, SCREENS } from './usable';

test.skip(!hasDatabase, 'failed jobs are written to the database of the product that the tests start');

test('a failed job shows its reason, runs again, and the audit log says who did it', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Failed jobs' }).click();
  await expect(page.getByText('No failed jobs')).toBeVisible();
  await failJob(company, 'retired.sample', 'ProblemError [tooLarge]: the account Acme is too large');
  await failJob(company, 'consumer:counter');
  await page.reload();
  const row = page.getByRole('listitem').filter({ hasText: 'retired.sample' });
  await expect(row).toContainText('Unexpected error (tooLarge)');
  await expect(row).toContainText('5 attempts');
  expect(await page.content()).not.toContain('Acme');

  await page.getByText('Event handlers').click();
  await expect(page).toHaveURL(/kind=consumer/);
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('listitem').filter({ hasText: 'counter' })).toBeVisible();
  await page.getByText('All', { exact: true }).click();

  await row.getByRole('button', { name: 'More actions for retired.sample' }).click();
  await page.getByRole('menuitem', { name: 'Run again' }).click();
  await expectMessage(page, 'retired.sample is running again');
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Failed jobs' })).toBeFocused();
  const { data } = await send(request, company, 'GET', '/audit?object=security.job');
  expect(data.map(({ verb }: { verb: string }) => verb)).toEqual(['deadLetterReplayed']);
});

test('a failed job is discarded after confirmation, and Esc closes menu and dialog', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await failJob(company, 'outbound.deliver');
  await failJob(company, 'bulk.run');
  await logIn(page, company, '/settings/jobs');
  const row = page.getByRole('listitem').filter({ hasText: 'Outgoing message' });
  const menu = row.getByRole('button', { name: 'More actions for Outgoing message' });
  await menu.click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(menu).toBeFocused();

  await menu.click();
  await page.getByRole('menuitem', { name: 'Only Outgoing message' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Bulk change' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Show all sources' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Bulk change' })).toBeVisible();

  const open = async () => {
    await menu.click();
    await page.getByRole('menuitem', { name: 'Discard' }).click();
  };
  await open();
  await expect(page.getByRole('dialog', { name: 'Discard “Outgoing message”?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(menu).toBeFocused();
  await open();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await expectMessage(page, 'Outgoing message discarded');
  await expect(row).toHaveCount(0);
  // The row is gone, so the list has the focus.
  await expect(page.getByRole('region', { name: 'Failed jobs' })).toBeFocused();
});

test('a job that somebody else has run says so, and the list follows', async ({ page, request }) => {
  const company = await registerCompany(request);
  await failJob(company, 'outbound.deliver');
  await logIn(page, company, '/settings/jobs');
  const row = page.getByRole('listitem').filter({ hasText: 'Outgoing message' });
  await row.getByRole('button').click();
  const { data } = await send(request, company, 'GET', '/dead-letters');
  await send(request, company, 'DELETE', `/dead-letters/${data[0].id}`);
  await page.getByRole('menuitem', { name: 'Run again' }).click();
  await expectMessage(page, 'Someone has already discarded this job.');
  await expect(page.getByText('No failed jobs')).toBeVisible();
});

test('more failed jobs are loaded on demand, and a failure to do so is shown', async ({ page, request }) => {
  const company = await registerCompany(request);
  for (let n = 0; n < 51; n++) await failJob(company, 'bulk.run');
  await logIn(page, company, '/settings/jobs');
  const more = page.getByRole('button', { name: 'Load more' });
  const rows = page.getByRole('listitem').filter({ hasText: 'Bulk change' });
  await expect(rows).toHaveCount(50);
  const detail = 'The list is being repaired.';
  const fail = (route: Route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', json: { status: 400, detail } });
  await page.route('**/dead-letters*', fail);
  await more.click();
  await expect(page.getByRole('alert').filter({ hasText: detail })).toBeVisible();
  await page.unroute('**/dead-letters*', fail);
  await more.click();
  await expect(rows).toHaveCount(51);
  await expect(more).toHaveCount(0);
});

for (const name of ['wide', 'narrow'] as const)
  test.describe(`on the ${name} screen`, () => {
    const expectLook = expectUsableOn(name);
    test.use(SCREENS[name]);

    test('failed jobs fit and can be read', async ({ page, request }) => {
      const company = await registerCompany(request);
      await failJob(company, 'field-security.protect-field');
      await logIn(page, company, '/settings/jobs');
      await expect(page.getByText('Encryption of a field')).toBeVisible();
      await expectLook(page, 'failed jobs');
      await page.getByRole('button', { name: 'More actions for Encryption of a field' }).click();
      await page.getByRole('menuitem', { name: 'Discard' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectLook(page, 'the question before a job is discarded');
    });
  });
