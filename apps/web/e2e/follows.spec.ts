import { expect, test } from './test';
import { joinCompany } from './colleague';
import { logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';
import { expectUsableOn, SCREENS } from './usable';

test('a record is followed from its page, its news say why, and it is left again', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  const admin = roles.find(({ key }: { key: string }) => key === 'companyAdmin');
  const kim = await joinCompany(request, company, { name: 'Kim Novak', roleIds: [admin.id] });
  const account = await send(request, company, 'POST', '/accounts', {
    name: 'Acme',
    owner: company.memberId,
  });
  await logIn(page, kim, `/accounts/${account.id}`);
  const follow = page.getByRole('button', { name: 'Follow', exact: true });
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  await follow.click();
  await expectMessage(page, "You follow Acme: you'll hear of changes and of what others add.");
  await expect(follow).toHaveAttribute('aria-pressed', 'true');

  await send(request, company, 'PATCH', `/accounts/${account.id}`, { employees: 12 });
  await page.goto('/notifications');
  const news = page.getByRole('listitem').filter({ hasText: 'Rita Sommer changed Acme' });
  await expect(news).toContainText('You chose to follow this record.');
  await news.getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(account.id));

  await page.goto('/settings/following');
  await page.getByRole('checkbox', { name: 'Records that you create' }).check();
  await page.getByRole('button', { name: 'Stop following Acme' }).click();
  await expectMessage(page, 'You no longer follow Acme.');
  await expect(page.getByText('You follow no records')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('checkbox', { name: 'Records that you create' })).toBeChecked();
});

for (const screen of Object.keys(SCREENS) as (keyof typeof SCREENS)[])
  test(`the page of what one follows is usable: ${screen}`, async ({ page, request }) => {
    const expectUsable = expectUsableOn(screen);
    await page.setViewportSize(SCREENS[screen].viewport);
    const company = await registerCompany(request);
    for (const name of ['Acme', 'A company with a long name that needs more than one line on a phone']) {
      const { id } = await send(request, company, 'POST', '/accounts', { name });
      await send(request, company, 'PUT', `/follows/account/${id}`);
    }
    await logIn(page, company, '/settings/following');
    await expect(page.getByRole('button', { name: /^Stop following/ })).toHaveCount(2);
    await expectUsable(page, 'following');
  });
