import { expect, type Page, test } from './test';
import { type Company, logIn, registerCompany, send } from './company';
import { expectUsableOn, SCREENS } from './usable';

const may = (object: string, action: string, scope: string) => ({ object, action, scope });

let company: Company;
let roleId: string;

/** A role that views deals and contacts, but none of the objects that they are grouped by or belong to. */
test.beforeEach(async ({ page, request }) => {
  company = await registerCompany(request);
  const role = await send(request, company, 'POST', '/roles', {
    name: 'Deals only',
    permissions: [may('opportunity', 'read', 'all'), may('opportunity', 'create', 'all')],
  });
  roleId = role.id;
  await send(request, company, 'POST', '/opportunities', { name: 'Big deal', amount: '1500' });
  await logIn(page, company);
});

async function lookThrough(page: Page): Promise<void> {
  await page.goto(`/settings/roles/${roleId}`);
  await page.getByRole('button', { name: 'View as this role' }).click();
  await expect(page.getByRole('region', { name: 'View as role' })).toBeVisible();
}

test('the editor names what a role lacks and adds it with one click, which restores board and home page', async ({
  page,
}) => {
  await lookThrough(page);
  await expect(page.getByRole('heading', { name: "Pipeline figures aren't available" })).toBeVisible();
  await expect(page.getByRole('link', { name: /Big deal/ })).toBeVisible();
  await expect(page.getByText('Not available right now')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'New', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await page.goto('/opportunities/board');
  await expect(page.getByText('not the pipelines or the stages')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open list' })).toBeVisible();
  await page.getByRole('button', { name: 'Exit' }).click();
  // It loads the home page. Leaving that while its session is renewed would end the session.
  await expect(page.getByRole('heading', { name: 'Rita' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'View as role' })).toHaveCount(0);

  await page.goto(`/settings/roles/${roleId}`);
  await expect(page.getByText('Opportunities without Pipelines and Stages')).toBeVisible();
  await page.getByRole('button', { name: 'Allow viewing Pipelines and Stages' }).click();
  await expect(page.getByText('Opportunities without Pipelines and Stages')).toHaveCount(0);
  const hint = page.getByRole('region', { name: 'Linked records without names' });
  await hint.getByRole('button', { name: /but not their names/ }).click();
  const accounts = hint.getByRole('listitem').filter({ hasText: 'Account (Opportunities)' });
  await accounts.getByRole('button', { name: 'Allow View: All · Accounts' }).click();
  await expect(accounts).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Accounts, View: All' })).toBeVisible();
  const bar = page.getByRole('region', { name: 'Unsaved changes' });
  await expect(bar).toContainText('3 unsaved changes');
  await bar.getByRole('button', { name: 'Save' }).click();
  await expect(bar).toHaveCount(0);

  await lookThrough(page);
  await expect(page.getByRole('heading', { name: 'Open pipeline by stage' })).toBeVisible();
  const open = page.getByRole('link', { name: /^Open pipeline/ });
  await expect(open).toContainText('1 opportunity');
  await expect(open).toContainText('1.5');
  await page.goto('/opportunities/board');
  await expect(page.getByTestId('board')).toContainText('Big deal');
});

test('the home page asks only for what the role sees', async ({ page, request }) => {
  const role = await send(request, company, 'POST', '/roles', {
    name: 'Without close dates',
    permissions: ['opportunity', 'pipeline', 'stage', 'lead'].map((object) => may(object, 'read', 'all')),
    fields: [{ object: 'opportunity', field: 'closeDate', access: 'hidden' }],
  });
  roleId = role.id;
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() === 422) refused.push(answer.url());
  });
  await lookThrough(page);
  // Exchange rates depend on the close date, so sums would tell it.
  await expect(page.getByRole('link', { name: /^Open pipeline/ })).toContainText('Totals aren');
  await expect(page.getByRole('link', { name: /^Closing this month/ })).toContainText('Hidden for your role');
  await expect(page.getByRole('region', { name: 'Closing this month' })).toContainText(
    'Hidden for your role',
  );
  expect(refused).toEqual([]);
});

test('a built-in role is changed and saved', async ({ page }) => {
  await page.goto('/settings/roles');
  await page.getByRole('link', { name: 'Sales Rep', exact: true }).click();
  await page.getByRole('button', { name: 'Accounts, View: All' }).focus();
  await page.keyboard.press('2');
  const bar = page.getByRole('region', { name: 'Unsaved changes' });
  await expect(bar).toContainText('1 unsaved change');
  await bar.getByRole('button', { name: 'Save' }).click();
  await expect(bar).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Accounts, View: Team' })).toBeVisible();

  await page.goto('/audit?object=security.role&action=roleChanged');
  const event = page.getByRole('list', { name: 'Audit' }).getByRole('listitem').first();
  await event.getByRole('button', { name: /Role changed Role Sales Rep/ }).click();
  await expect(event).toContainText('Accounts · View: All');
  await expect(event).toContainText('Accounts · View: Team');
});

for (const name of ['wide', 'narrow'] as const) {
  test.describe(name, () => {
    const expectLook = expectUsableOn(name);
    test.use(SCREENS[name]);

    test('pages with withheld parts pass axe and do not scroll sideways', async ({ page }) => {
      await page.goto(`/settings/roles/${roleId}`);
      await page.getByRole('button', { name: /but not their names/ }).click();
      await expectLook(page, 'the gaps of a role');
      await lookThrough(page);
      await expectLook(page, 'home without figures');
      await page.goto('/opportunities/board');
      await expect(page.getByRole('link', { name: 'Open list' })).toBeVisible();
      await expectLook(page, 'the board that is not shown');
      await page.goto('/opportunities');
      await expect(page.getByText('Big deal')).toBeVisible();
      await expectLook(page, 'the list through a role');
    });
  });
}
