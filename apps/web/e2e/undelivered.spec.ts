import { expect, test } from './test';
import { logIn, registerCompany } from './company';
import { hasDatabase, undeliverMessage } from './failed-jobs';
import { expectMessage } from './messages';
import { expectUsableOn, SCREENS } from './usable';

test.skip(!hasDatabase, 'the message is written to the database of the product that the tests start');

for (const screen of ['wide', 'narrow'] as const)
  test(`administrators decide about messages that may not have left, ${screen}`, async ({
    page,
    request,
  }) => {
    await page.setViewportSize(SCREENS[screen].viewport);
    const company = await registerCompany(request);
    await logIn(page, company, '/settings/undelivered');
    await expect(page.getByText('No undelivered messages')).toBeVisible();
    await undeliverMessage(company, 'identity.invitation', 'unknown');
    await undeliverMessage(company, 'identity.confirmation', 'failed');
    await page.reload();
    const row = page.getByRole('listitem').filter({ hasText: 'Invitation mail' });
    await expect(row).toContainText('It may have arrived');
    await expectUsableOn(screen)(page, 'undelivered messages');
    await row.getByRole('button', { name: 'Dismiss' }).click();
    await expectMessage(page, 'Invitation mail dismissed');
    await expect(row).toHaveCount(0);
    await page.getByRole('button', { name: 'Send again' }).click();
    await expectMessage(page, 'Confirmation mail is being sent again');
    await expect(page.getByText('No undelivered messages')).toBeVisible();
  });
