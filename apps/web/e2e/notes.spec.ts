import { expect, type Page, test } from './test';
import { createAccounts, logIn, registerCompany, send } from './company';

const editor = (page: Page) => page.getByRole('textbox', { name: 'Text of the note' });
const notes = (page: Page) => page.getByRole('list', { name: 'Notes', exact: true }).getByRole('article');

/** Opens the notes of a new account. Returns its path. */
async function openNotes(page: Page) {
  const company = await registerCompany(page.request);
  const [account] = await createAccounts(page.request, company, ['Harbour Ltd']);
  await logIn(page, company, `/accounts/${account!.id}?tab=notes`);
  return { company, account: account!, about: [{ object: 'account', id: account!.id }] };
}

test('a note is written, ticked, pinned and changed on the page of the record', async ({ page }) => {
  await openNotes(page);
  await page.getByRole('button', { name: 'Write a note' }).click();
  await editor(page).pressSequentially('Call with **Ann** about cranes');
  await editor(page).press('Enter');
  await page.getByRole('button', { name: 'Checklist' }).click();
  await editor(page).pressSequentially('Send the offer');
  await editor(page).press('Control+Enter');
  const note = notes(page).filter({ hasText: 'Call with Ann about cranes' });
  await expect(note.locator('strong')).toHaveText('Ann');
  await note.getByRole('checkbox', { name: 'Send the offer' }).check();
  await page.reload();
  await expect(note.getByRole('checkbox', { name: 'Send the offer' })).toBeChecked();

  await page.getByRole('button', { name: 'Write a note' }).click();
  await editor(page).pressSequentially('Newer');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notes(page).first()).toContainText('Newer');
  await note.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Pin', exact: true }).click();
  await expect(notes(page).first()).toContainText('Call with Ann');

  await note.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  await expect(editor(page)).toContainText('Send the offer');
  await editor(page).press('Control+End');
  await editor(page).pressSequentially(' today');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(note).toContainText('Send the offer today');
});

test('a draft is there again after the page was closed', async ({ page }) => {
  await openNotes(page);
  await page.getByRole('button', { name: 'Write a note' }).click();
  await editor(page).pressSequentially('Not yet saved');
  await editor(page).press('Escape');
  await expect(editor(page)).toHaveCount(0);
  await page.reload();
  await page.getByRole('button', { name: 'Write a note' }).click();
  await expect(editor(page)).toHaveText('Not yet saved');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Write a note' }).click();
  await expect(editor(page)).toHaveText('');
});

test('of two writers of a note the second sees both texts and chooses', async ({ page }) => {
  const { company, about } = await openNotes(page);
  const { id } = await send(page.request, company, 'POST', '/notes', { body: 'Original text', about });
  await page.reload();
  await notes(page)
    .getByRole('button', { name: /^Actions for/ })
    .click();
  await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  await editor(page).fill('My text');
  // The page knows of their text before mine is saved.
  const told = page.waitForResponse(/\/api\/v1\/notes\?/);
  await send(page.request, company, 'PATCH', `/notes/${id}`, { body: 'Their text' });
  await told;
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('My text');
  await expect(dialog).toContainText('Their text');
  await expect(dialog).toContainText('Original text');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  // Nothing is lost.
  await expect(editor(page)).toHaveText('My text');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.getByRole('button', { name: 'Keep all mine' }).click();
  await dialog.getByRole('button', { name: 'Save selection' }).click();
  await expect(notes(page)).toContainText('My text');
});

test('a person is mentioned after "@"', async ({ page }) => {
  await openNotes(page);
  await page.getByRole('button', { name: 'Write a note' }).click();
  await editor(page).pressSequentially('Ask @Rit');
  await page.getByRole('option', { name: 'Rita Sommer' }).waitFor();
  await editor(page).press('Enter');
  await editor(page).press('Control+Enter');
  await expect(notes(page)).toContainText('Ask @Rita Sommer');
});
