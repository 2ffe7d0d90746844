import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';
import { expectUsableOn, SCREENS } from './usable';

for (const screen of ['wide', 'narrow'] as const)
  test(`what somebody hears of is chosen and kept, ${screen}`, async ({ page, request }) => {
    await page.setViewportSize(SCREENS[screen].viewport);
    const company = await registerCompany(request);
    await logIn(page, company, '/settings/notifications');
    await page.getByRole('checkbox', { name: 'Shares in the inbox' }).click();
    await page.getByRole('combobox', { name: 'E-mail about Assignments' }).click();
    await page.getByRole('option', { name: 'Daily digest' }).click();
    await page.getByRole('switch', { name: 'Quiet hours' }).click();
    await expect(page.getByLabel('From')).toHaveValue('20:00');
    await page.getByLabel('To', { exact: true }).fill('06:30');
    await page.getByLabel('To', { exact: true }).blur();
    await page.getByRole('checkbox', { name: 'Sat' }).click();
    await expectUsableOn(screen)(page, 'notification settings');
    await expect
      .poll(async () => {
        const { kinds, quietHours } = await send(request, company, 'GET', '/notification-settings');
        const of = (wanted: string) => kinds.find(({ kind }: { kind: string }) => kind === wanted);
        return { shared: of('shared').inApp, assigned: of('assigned').mail, quietHours };
      })
      .toEqual({
        shared: false,
        assigned: 'digest',
        quietHours: { from: '20:00', to: '06:30', days: [0, 1, 2, 3, 4, 5] },
      });
    await page.reload();
    await expect(page.getByRole('checkbox', { name: 'Shares in the inbox' })).not.toBeChecked();
  });

test('a link that turns off mails says so when it is broken, and changes nothing by being opened', async ({
  page,
}) => {
  await page.goto('/stop-mails');
  await expect(page.getByText("This link doesn't work")).toBeVisible();
  await page.goto('/stop-mails?kinds=assigned&link=forged.link');
  await expect(page.getByText("This link doesn't work")).toBeVisible();
});
