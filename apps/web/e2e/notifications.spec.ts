import { expect, test } from './test';
import { joinCompany } from './colleague';
import { logIn, registerCompany, send } from './company';
import { expectUsableOn, SCREENS } from './usable';

for (const screen of ['wide', 'narrow'] as const)
  test(`the bell counts live, and the inbox is worked through by keyboard, ${screen}`, async ({
    page,
    request,
  }) => {
    await page.setViewportSize(SCREENS[screen].viewport);
    const company = await registerCompany(request);
    const roles = await send(request, company, 'GET', '/roles');
    const roleIds = [roles.data.find(({ key }: { key: string }) => key === 'companyAdmin').id];
    const colleague = await joinCompany(request, company, { name: 'Kim Berg', roleIds });
    await logIn(page, company, '/notifications');
    await expect(page.getByText('Nothing new')).toBeVisible();
    const bell = page.getByRole('link', { name: 'Notifications', exact: true });
    await expect(bell).toBeVisible();
    const names = ['First', 'Second'];
    for (const name of names)
      await send(request, colleague, 'POST', '/accounts', { name, owner: company.memberId });
    await expect(page.getByRole('link', { name: 'Notifications, 2 unread' })).toBeVisible();
    const rows = page.getByRole('listitem').filter({ hasText: 'assigned' });
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText(/assigned Second to you/);
    await expectUsableOn(screen)(page, 'notifications');

    await page.keyboard.press('j');
    await expect(rows.first().getByRole('link')).toBeFocused();
    await page.keyboard.press('e');
    await expect(rows).toHaveCount(1);
    await expect(rows.first()).toContainText('First');
    await expect(rows.first().getByRole('link')).toBeFocused();
    await expect(page.getByRole('link', { name: 'Notifications, 1 unread' })).toBeVisible();

    await rows.first().getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('menuitem', { name: 'For three hours' }).click();
    await expect(page.getByText('Nothing new')).toBeVisible();
    await page.getByText('Snoozed', { exact: true }).click();
    await page.getByRole('button', { name: 'Back to inbox now' }).click();
    await page.getByText('Inbox', { exact: true }).click();
    await rows.first().getByRole('link').press('Enter');
    await expect(page.getByRole('heading', { name: 'First' })).toBeVisible();
    await expect(bell).toBeVisible();
  });
