import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from './test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';
import { expectUsable, expectUsableOn, SCREENS } from './usable';

let company: Company;

test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  await logIn(page, company);
});

const rows = (page: Page) => page.getByRole('list', { name: 'Audit' }).getByRole('listitem');

test('events are filtered, expanded to before and after, and the URL restores the filters', async ({
  page,
  request,
}) => {
  const [alpha] = await createAccounts(request, company, ['Alpha', 'Bravo']);
  await send(request, company, 'PATCH', `/accounts/${alpha?.id}`, { city: 'Hamburg', employees: 44 });
  await page.goto('/audit');
  await expect(rows(page).filter({ hasText: 'Logged in' }).first()).toBeVisible();

  await page.getByRole('combobox', { name: 'Object' }).click();
  await page.getByRole('option', { name: 'Accounts', exact: true }).click();
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'City' }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);

  await rows(page)
    .getByRole('button', { name: /Changed Account Alpha/ })
    .click();
  await expect(rows(page)).toContainText('Hamburg');
  await expect(rows(page)).toContainText('Source');
  const changes = rows(page).locator('dl').first();
  await expect(changes.locator('div', { hasText: 'Employees' })).toContainText(/10.*44/);

  await page.getByRole('button', { name: 'All events for this record' }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('option', { name: 'Logged in' }).click();
  await expect(rows(page).first()).toContainText('Rita Sommer');
  await expect(rows(page).filter({ hasText: 'Alpha' })).toHaveCount(0);

  await page.getByRole('textbox', { name: 'Record id' }).fill('no id');
  await expect(page.getByText("This isn't")).toBeVisible();
});

test('the export contains the filtered events, and is itself in the audit', async ({ page, request }) => {
  await createAccounts(request, company, ['Alpha', 'Bravo']);
  await page.goto('/audit?object=account');
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  expect(text).toContain('at,action,object');
  expect(text).toMatch(/created,account,[-0-9a-f]+,Alpha,name,,Alpha/);
  await page.goto('/audit?object=security.audit');
  await expect(rows(page).first()).toContainText('Audit log exported');
  await page.getByRole('button', { name: /sealed/i }).click();
  await expect(page.getByText('npm run audit:verify')).toBeVisible();
});

test('a record is shown in an earlier version, which is restored as a new change', async ({
  page,
  request,
}) => {
  const [alpha] = await createAccounts(request, company, ['Alpha']);
  await send(request, company, 'PATCH', `/accounts/${alpha?.id}`, { name: 'Omega', city: 'Hamburg' });
  await page.goto(`/accounts/${alpha?.id}`);
  await page.getByRole('button', { name: /^View as of this point/ }).click();
  const then = page.getByRole('dialog', { name: /^As of/ });
  await expect(then).toContainText('2 fields differ');
  await expect(then).toContainText('Alpha');
  await expect(page).toHaveURL(/version=1/);
  await page.reload();
  await then.getByRole('button', { name: 'Restore this version' }).click();
  const confirm = page.getByRole('dialog', { name: 'Restore this version?' });
  await expect(confirm.locator('dl')).toContainText(/Name.*Omega.*Alpha/);
  await expect(confirm.locator('dl')).toContainText(/City.*Hamburg/);
  await expectUsable(page, 'the record as it stood');
  await confirm.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Alpha', level: 1 })).toBeVisible();
  await expect(page.getByText('restored an earlier version')).toBeVisible();
  expect(await send(request, company, 'GET', `/accounts/${alpha?.id}`)).toMatchObject({
    name: 'Alpha',
    city: null,
    version: 3,
  });
});

test('a person is erased from a record, and the history says so instead of showing values', async ({
  page,
  request,
}) => {
  const contact = await send(request, company, 'POST', '/contacts', {
    firstName: 'Erna',
    lastName: 'Vergessen',
    email: 'erna@example.com',
    jobTitle: 'CFO',
  });
  await page.goto(`/contacts/${contact.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Erase personal data…' }).click();
  const dialog = page.getByRole('dialog', { name: /Erase personal data from/ });
  await expect(dialog.getByRole('button', { name: 'Erase' })).toBeDisabled();
  await dialog.getByLabel('Reason').fill('asked for by the person');
  await dialog.getByLabel(/can't be undone/).check();
  await expect(dialog.getByRole('button', { name: 'Erase' })).toBeEnabled();
  await expectUsable(page, 'the question before an erasure');
  await dialog.getByRole('button', { name: 'Erase' }).click();
  await expectMessage(page, '3 fields erased');
  await page.goto(`/contacts/${contact.id}`);
  await expect(page.getByText('Personal data in this change was erased.')).toHaveCount(2);
  await expect(page.getByText('CFO').first()).toBeVisible();
  await expect(page.getByText(/Vergessen|erna@/)).toHaveCount(0);
});

for (const name of ['wide', 'narrow'] as const) {
  test.describe(name, () => {
    const expectLook = expectUsableOn(name);
    test.use(SCREENS[name]);
    test('the audit passes axe and does not scroll sideways, closed and opened', async ({
      page,
      request,
    }) => {
      const [alpha] = await createAccounts(request, company, ['Alpha']);
      await send(request, company, 'PATCH', `/accounts/${alpha?.id}`, {
        website: `https://example.com/${'long'.repeat(40)}`,
      });
      await page.goto(`/audit?record=${alpha?.id}`);
      await expect(rows(page)).toHaveCount(2);
      await expectLook(page, 'the list');
      await rows(page)
        .getByRole('button', { name: /Changed Account Alpha/ })
        .click();
      await expect(page.getByText('Source')).toBeVisible();
      await expectLook(page, 'an opened event');
      await page.goto(`/accounts/${alpha?.id}?tab=timeline&version=1`);
      await expect(page.getByRole('dialog', { name: /^As of/ })).toContainText('differ');
      await expectLook(page, 'the record as of a point');
    });
  });
}
