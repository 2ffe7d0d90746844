import { type APIRequestContext, expect, type Page, test } from './test';
import { logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';
import { expectUsableOn, SCREENS } from './usable';

/** The status of a request with the key. */
async function statusWith(request: APIRequestContext, key: string): Promise<number> {
  const answer = await request.get('/api/v1/accounts?limit=1', { headers: { 'X-Api-Key': key } });
  return answer.status();
}

async function shownKey(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Copy your key now')).toBeVisible();
  return (await dialog.locator('code').first().textContent()) ?? '';
}

test('a key is created, shown once with an example, copied, and works', async ({
  context,
  page,
  request,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const company = await registerCompany(request);
  await logIn(page, company, '/settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'API keys' }).click();
  await expect(page.getByText('No API keys yet')).toBeVisible();
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(dialog.getByText('Enter a name.')).toBeVisible();
  await expect(dialog.getByText('Choose a role.')).toBeVisible();
  await dialog.getByLabel('Name').fill('Web shop');
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: 'Read Only' }).click();
  await dialog.getByLabel('Allowed addresses').fill('127.0.0.0/8, ::1, 300.1.2.3');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(dialog.getByText(`"300.1.2.3" isn't an IP address`)).toBeVisible();
  await dialog.getByLabel('Allowed addresses').press('Backspace');
  await dialog.getByRole('button', { name: 'Create key' }).click();

  const key = await shownKey(page);
  expect(key).toMatch(/^plc_[0-9a-f]{32}_[0-9a-f]{32}_[\w-]{43}$/);
  await expect(dialog.locator('code').nth(1)).toContainText(`Authorization: Bearer ${key}`);
  await dialog.getByRole('button', { name: 'Copy key' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  expect(await statusWith(request, key)).toBe(200);
  // Esc doesn't close the dialog that shows the key.
  await page.keyboard.press('Escape');
  await page.mouse.click(4, 4);
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: "I've copied the key" }).click();

  const row = page.getByRole('listitem').filter({ hasText: 'Web shop' });
  await expect(row).toContainText('Read Only');
  await expect(row).toContainText('Active');
  await page.reload();
  await expect(row).toBeVisible();
  expect(await page.content()).not.toContain(key.slice(-43));
});

test('a key is rotated with an overlap, edited, and revoked after confirmation', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  const roleId = roles.find((role: { key: string }) => role.key === 'readOnly').id;
  const { key } = await send(request, company, 'POST', '/api-keys', { name: 'Report', roleId });
  await logIn(page, company, '/settings/api-keys');
  const row = page.getByRole('listitem').filter({ hasText: 'Report' });
  const choose = async (item: string) => {
    await row.getByRole('button', { name: 'More actions for Report' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await choose('Rotate');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
  const next = await shownKey(page);
  expect([await statusWith(request, key), await statusWith(request, next)]).toEqual([200, 200]);
  await page.getByRole('button', { name: "I've copied the key" }).click();

  await choose('Edit');
  await page.getByRole('dialog').getByLabel('Requests per minute').fill('120');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expectMessage(page, 'API key saved');
  await row.getByRole('link', { name: 'Report' }).click();
  await expect(page.getByText('The previous key works until')).toBeVisible();
  await expect(page.getByText('120', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Revoke' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke “Report”?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await statusWith(request, next)).toBe(200);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByText('Revoked', { exact: true })).toBeVisible();
  expect([await statusWith(request, key), await statusWith(request, next)]).toEqual([401, 401]);
  await page.getByRole('link', { name: 'All API keys' }).click();
  await page.getByRole('radiogroup', { name: 'Status' }).getByText('Active', { exact: true }).click();
  await expect(page.getByText('No keys with this status.')).toBeVisible();
});

test('usage of a key shows by day, with failures marked', async ({ page, request }) => {
  const company = await registerCompany(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  const roleId = roles.find((role: { key: string }) => role.key === 'readOnly').id;
  const today = () => new Date().toISOString().slice(0, 10);
  let id: string;
  let day: string;
  // Usage is counted by UTC day. At midnight, another key is used on the new day.
  do {
    day = today();
    const busy = await send(request, company, 'POST', '/api-keys', { name: 'Busy', roleId });
    id = busy.id;
    await logIn(page, company, `/settings/api-keys/${id}`);
    await expect(page.getByText('Not used in the last 30 days.')).toBeVisible();
    for (let n = 0; n < 3; n++) await statusWith(request, busy.key);
    await request.post('/api/v1/accounts', { headers: { 'X-Api-Key': busy.key }, data: { name: 'No' } });
  } while (day !== today());
  const used = async () => {
    const { data } = await send(request, company, 'GET', `/api-keys/${id}/usage?days=2`);
    return data.find((usage: { day: string }) => usage.day === day)?.requests;
  };
  await expect.poll(used).toBe(4);
  await page.reload();
  await expect(page.getByText('4 requests', { exact: true })).toBeVisible();
  await expect(page.getByText('1 failed', { exact: true })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: '4 requests, 1 failed' })).toBeAttached();
});

test('a user who may not manage integrations finds no link to the keys', async ({ page, request }) => {
  const company = await registerCompany(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  const roleId = roles.find((role: { key: string }) => role.key === 'readOnly').id;
  await logIn(page, company);
  // Viewing as a role gives the same rights and the same page as being somebody with the role.
  await page.route('**/api/v1/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-view-as-role': roleId } }),
  );
  await page.goto('/settings');
  const parts = page.getByRole('navigation', { name: 'Settings' });
  await expect(parts.getByRole('link', { name: 'Company' })).toBeVisible();
  await expect(parts.getByRole('link', { name: 'API keys' })).toHaveCount(0);
  await page.goto('/settings/api-keys');
  await expect(page.getByRole('alert')).toContainText("Couldn't load this page");
});

for (const name of ['wide', 'narrow'] as const) {
  test.describe(name, () => {
    const expectLook = expectUsableOn(name);
    test.use(SCREENS[name]);

    test('keys, one key and their dialogs pass axe and do not scroll sideways', async ({ page, request }) => {
      const company = await registerCompany(request);
      const { data: roles } = await send(request, company, 'GET', '/roles');
      const { id } = await send(request, company, 'POST', '/api-keys', {
        name: 'A key whose name is rather long, as the names of such things come to be over the years',
        roleId: roles[0].id,
        allowedAddresses: ['192.0.2.0/24', '2001:db8:85a3:8d3:1319:8a2e:370:7348'],
      });
      await logIn(page, company, '/settings/api-keys');
      await expectLook(page, 'list');
      await page.getByRole('button', { name: 'Create key' }).click();
      await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
      await expectLook(page, 'form');
      await page.getByRole('dialog').getByLabel('Name').fill('Another');
      await page.getByRole('combobox', { name: 'Role' }).click();
      await page.getByRole('option', { name: 'Read Only' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
      await shownKey(page);
      await expectLook(page, 'shown key');
      await page.getByRole('button', { name: "I've copied the key" }).click();
      await page.goto(`/settings/api-keys/${id}`);
      await expectLook(page, 'one key');
      for (const dialog of ['Rotate', 'Revoke']) {
        await page.getByRole('button', { name: dialog }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await expectLook(page, dialog);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
    });
  });
}
