import { expect, type Page, test } from './test';
import { joinCompany } from './colleague';
import { createAccounts, logIn, registerCompany, send } from './company';

const editor = (page: Page, name = 'Text of the comment') => page.getByRole('textbox', { name });
const threads = (page: Page) =>
  page.getByRole('list', { name: 'Comments', exact: true }).getByRole('article');
const comment = (page: Page, text: string) => threads(page).filter({ hasText: text });
const actions = (page: Page, text: string) =>
  comment(page, text).getByRole('button', { name: /^Actions for/ });

/** Opens the comments of a new account. */
async function openComments(page: Page) {
  const company = await registerCompany(page.request);
  const [account] = await createAccounts(page.request, company, ['Harbour Ltd']);
  const path = `/accounts/${account!.id}?tab=comments`;
  await logIn(page, company, path);
  return { company, path, about: [{ object: 'account', id: account!.id }] };
}

test('a comment is written, answered, edited, deleted and brought back', async ({ page }) => {
  await openComments(page);
  await expect(page.getByText('No comments yet')).toBeVisible();
  await page.getByRole('button', { name: 'Write a comment' }).click();
  await editor(page).pressSequentially('Ask @Rit');
  await page.getByRole('option', { name: 'Rita Sommer' }).waitFor();
  await editor(page).press('Enter');
  await editor(page).press('Control+Enter');
  await expect(comment(page, 'Ask @Rita Sommer')).toBeVisible();

  await page.getByRole('button', { name: 'Reply to Rita Sommer' }).click();
  await editor(page, 'Text of the reply').pressSequentially('She says yes');
  await editor(page, 'Text of the reply').press('Control+Enter');
  const replies = page.getByRole('list', { name: 'Replies' }).getByRole('article');
  await expect(replies).toContainText('She says yes');

  await actions(page, 'She says yes').click();
  await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  await editor(page).press('Control+End');
  await editor(page).pressSequentially(' and more');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(replies).toContainText('She says yes and more');
  await expect(replies).toContainText('edited');

  await actions(page, 'Ask @Rita Sommer').click();
  await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('The first comment of this thread was deleted.')).toBeVisible();
  await expect(replies).toContainText('She says yes and more');
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(comment(page, 'Ask @Rita Sommer')).toBeVisible();
});

test('a thread is resolved, folded, opened and reopened', async ({ page }) => {
  const { company, about } = await openComments(page);
  const first = await send(page.request, company, 'POST', '/comments', { body: 'Settle this', about });
  await send(page.request, company, 'POST', '/comments', { body: 'It is', parent: first.id });
  await expect(comment(page, 'It is')).toBeVisible();
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await expect(page.getByText('Resolved by Rita Sommer')).toBeVisible();
  await expect(comment(page, 'Settle this')).toHaveCount(0);
  await page.getByRole('button', { name: 'Show 2 comments' }).click();
  await expect(comment(page, 'Settle this')).toBeVisible();
  await page.getByRole('button', { name: 'Reopen', exact: true }).click();
  await expect(page.getByText('Resolved by Rita Sommer')).toHaveCount(0);
  await expect(comment(page, 'It is')).toBeVisible();
});

test('comments and reactions of others appear, and one reacts with the keyboard', async ({
  page,
  browser,
}) => {
  const { company, about, path } = await openComments(page);
  const { data: roles } = await send(page.request, company, 'GET', '/roles');
  const rep = roles.find((role: { key: string }) => role.key === 'salesRep');
  const other = await browser.newContext();
  const kim = await joinCompany(other.request, company, { name: 'Kim Weber', roleIds: [rep.id] });
  const { id } = await send(page.request, kim, 'POST', '/comments', { body: 'From Kim', about });
  await expect(comment(page, 'From Kim')).toContainText('Kim Weber');
  // Only authors edit.
  await actions(page, 'From Kim').click();
  await expect(page.getByRole('menuitem', { name: 'Delete', exact: true })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Edit', exact: true })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await comment(page, 'From Kim').getByRole('button', { name: 'Add a reaction' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Party' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Party: you' })).toHaveAttribute('aria-pressed', 'true');
  await send(page.request, kim, 'POST', `/comments/${id}/react`, { reaction: 'party', on: true });
  const party = page.getByRole('button', { name: 'Party: you, Kim Weber' });
  await expect(party).toBeVisible();
  await party.focus();
  await expect(page.getByRole('tooltip')).toHaveText('Party: you, Kim Weber');
  await party.press('Space');
  await expect(page.getByRole('button', { name: 'Party: Kim Weber' })).toHaveAttribute(
    'aria-pressed',
    'false',
  );

  // On the timeline it is too.
  const theirs = await other.newPage();
  await logIn(theirs, kim, path.replace('comments', 'timeline'));
  await expect(theirs.getByText('From Kim').first()).toBeVisible();
  await other.close();
});

test('a draft of a comment is kept, and comments that do not load can be tried again', async ({ page }) => {
  const { company, about } = await openComments(page);
  await page.getByRole('button', { name: 'Write a comment' }).click();
  await editor(page).pressSequentially('Not yet sent');
  await editor(page).press('Escape');
  await send(page.request, company, 'POST', '/comments', { body: 'Sent', about });
  await page.reload();
  await page.getByRole('button', { name: 'Write a comment' }).click();
  await expect(editor(page)).toHaveText('Not yet sent');
  await page.route(/\/api\/v1\/comments\?/, (route) => route.abort());
  await page.reload();
  await expect(page.getByText("Couldn't load comments")).toBeVisible();
  await page.unroute(/\/api\/v1\/comments\?/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(comment(page, 'Sent')).toBeVisible();
});
