import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';
import { expectUsable, SCREENS } from './usable';

test('what somebody else does appears on the timeline by itself, opens, and is undone from there', async ({
  page,
}) => {
  const company = await registerCompany(page.request);
  const account = await send(page.request, company, 'POST', '/accounts', { name: 'Acme', city: 'Zug' });
  const live = page
    .waitForEvent('websocket', (socket) => socket.url().includes('/api/v1/live'))
    .then((socket) =>
      socket.waitForEvent('framereceived', ({ payload }) => String(payload).startsWith('43')),
    );
  await logIn(page, company, `/accounts/${account.id}`);
  const timeline = page.getByRole('tabpanel', { name: 'Timeline' });
  await expect(timeline.getByText('created this')).toBeVisible();
  await live;

  // A change of the record, and something that happens to one that belongs to it.
  await send(page.request, company, 'PATCH', `/accounts/${account.id}`, { city: 'Bern' });
  await send(page.request, company, 'PATCH', `/accounts/${account.id}`, { city: 'Basel' });
  await send(page.request, company, 'POST', '/contacts', { lastName: 'Ames', account: account.id });
  const folded = timeline.getByRole('listitem').filter({ hasText: 'made changes' });
  await expect(folded).toContainText('Zug');
  await expect(folded).toContainText('Basel');
  await expect(timeline.getByRole('listitem').first()).toContainText('Ames');
  await expect(timeline.getByRole('heading', { name: 'Today' })).toBeVisible();
  await expectUsable(page, 'the timeline');

  await folded.getByRole('button', { name: 'Show 2 changes separately' }).click();
  await folded.getByRole('listitem').first().getByRole('button', { name: 'Undo' }).click();
  const dialog = page.getByRole('dialog', { name: 'Undo this change' });
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog).toBeHidden();
  await expect
    .poll(async () => (await send(page.request, company, 'GET', `/accounts/${account.id}`)).city)
    .toBe('Bern');

  // What belongs to it opens beside the page. The chips leave out the rest.
  await timeline.getByText('Contacts', { exact: true }).click();
  await expect(page).toHaveURL(/kinds=contact/);
  await expect(timeline.getByText('made changes')).toHaveCount(0);
  await timeline.getByRole('link', { name: 'Ames' }).click();
  await expect(page.getByRole('dialog', { name: 'Ames' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Ames' })).toBeHidden();
  await expect(page).toHaveURL(/accounts.*kinds=contact/);
});

test('a call is logged at the head of the timeline', async ({ page }) => {
  const company = await registerCompany(page.request);
  const account = await send(page.request, company, 'POST', '/accounts', { name: 'Acme' });
  await logIn(page, company, `/accounts/${account.id}?tab=timeline`);
  const log = page.getByRole('region', { name: 'Add to the timeline' });
  await log.getByRole('button', { name: 'Add Call' }).click();
  const form = log.getByRole('form', { name: 'Add Call' });
  await form.getByRole('textbox').first().fill('Asked for an offer');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole('listitem').filter({ hasText: 'Asked for an offer' })).toContainText('Call');
});

test.describe('narrow', () => {
  test.use(SCREENS.narrow);
  test('the timeline fits a phone', async ({ page }) => {
    const company = await registerCompany(page.request);
    const account = await send(page.request, company, 'POST', '/accounts', { name: 'Acme' });
    await send(page.request, company, 'PATCH', `/accounts/${account.id}`, {
      website: `https://example.com/${'long'.repeat(30)}`,
    });
    await logIn(page, company, `/accounts/${account.id}?tab=timeline`);
    await expect(page.getByText('made changes')).toBeVisible();
    await expectUsable(page, 'the timeline');
  });
});
