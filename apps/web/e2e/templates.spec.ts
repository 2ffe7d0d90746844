import { expect, type Page, test } from './test';
import { logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';
import { expectUsableOn, SCREENS } from './usable';

const form = (page: Page) => page.getByRole('dialog', { name: /^(New|Edit)/ });
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });

test('a filled form is kept as a template, which fills the next one and is taken back', async ({ page }) => {
  const company = await registerCompany(page.request);
  await logIn(page, company, '/tasks');
  await page.getByRole('button', { name: 'New Task' }).first().click();
  await form(page).getByRole('textbox', { name: 'Subject' }).fill('Send the offer');
  await form(page).getByRole('button', { name: 'Templates' }).click();
  await expect(page.getByRole('menuitem', { name: 'No templates yet' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Save as template…' }).click();
  const saving = dialog(page, 'Save as template');
  await saving.getByRole('textbox', { name: 'Name' }).fill('Offer');
  await expect(saving.getByRole('checkbox', { name: 'Subject' })).toBeChecked();
  await expect(saving.getByRole('checkbox', { name: 'Owner' })).toHaveCount(0);
  await saving.getByRole('switch', { name: 'Share with everyone who may create Tasks' }).check();
  await saving.getByRole('button', { name: 'Save', exact: true }).click();
  await expectMessage(page, 'Template “Offer” saved');
  await expect(saving).toBeHidden();
  await form(page).getByRole('textbox', { name: 'Subject' }).fill('');
  await page.keyboard.press('Escape');
  await expect(form(page)).toBeHidden();

  const [template] = (await send(page.request, company, 'GET', '/record-templates?object=task')).data;
  expect(template).toMatchObject({ name: 'Offer', isShared: true });
  await send(page.request, company, 'PATCH', `/record-templates/${template.id}`, {
    values: { ...template.values, due: { days: 2 } },
  });

  await page.reload();
  await page.getByRole('button', { name: 'New Task' }).first().click();
  const subject = form(page).getByRole('textbox', { name: 'Subject' });
  await expect(subject).toHaveValue('');
  await form(page).getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name: 'Offer' }).click();
  await expect(subject).toHaveValue('Send the offer');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(subject).toHaveValue('');
  await form(page).getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name: 'Offer' }).click();
  await expect(subject).toHaveValue('Send the offer');
  await form(page).getByRole('button', { name: 'Create Task' }).click();
  await expect(form(page)).toBeHidden();
  const { data } = await send(page.request, company, 'GET', '/tasks');
  expect(data).toEqual([expect.objectContaining({ name: 'Send the offer', due: expect.any(String) })]);
});

test('a note begins with a template', async ({ page }) => {
  const company = await registerCompany(page.request);
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
  const body = { type: 'doc', content: [paragraph('Who decides?'), paragraph('By when?')] };
  await send(page.request, company, 'POST', '/record-templates', {
    object: 'note',
    name: 'First call',
    values: { body },
  });
  const account = await send(page.request, company, 'POST', '/accounts', { name: 'Acme' });
  await logIn(page, company, `/accounts/${account.id}?tab=notes`);
  await page.getByRole('button', { name: 'Write a note' }).first().click();
  await page.getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name: 'First call' }).click();
  await expect(page.getByRole('textbox', { name: 'Text of the note' })).toContainText('Who decides?');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Notes' }).getByText('By when?')).toBeVisible();
});

for (const screen of Object.keys(SCREENS) as (keyof typeof SCREENS)[])
  test(`templates are saved and managed on a screen: ${screen}`, async ({ page }) => {
    const expectUsable = expectUsableOn(screen);
    await page.setViewportSize(SCREENS[screen].viewport);
    const company = await registerCompany(page.request);
    const kept = { object: 'task', name: 'Offer', values: { name: 'Send the offer', due: { days: 2 } } };
    await send(page.request, company, 'POST', '/record-templates', kept);
    await logIn(page, company, '/tasks');
    await page.getByRole('button', { name: /^New/ }).last().click();
    await form(page).getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Offer' }).click();
    await expect(form(page).getByRole('textbox', { name: 'Subject' })).toHaveValue('Send the offer');
    await form(page).getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Save as template…' }).click();
    const saving = dialog(page, 'Save as template');
    await expect(saving.getByRole('textbox', { name: 'Days after use: Due' })).toHaveValue('2');
    await expectUsable(page, 'save');
    await saving.getByRole('button', { name: 'Cancel' }).click();
    await form(page).getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Manage templates…' }).click();
    const list = dialog(page, 'Templates');
    await expect(list.getByText('2 values')).toBeVisible();
    await expectUsable(page, 'manage');
    await list.getByRole('button', { name: 'Rename Offer' }).click();
    await list.getByRole('textbox', { name: 'Name' }).fill('Our offer');
    await page.keyboard.press('Enter');
    await expect(list.getByText('Our offer')).toBeVisible();
    await list.getByRole('button', { name: 'Delete Our offer' }).click();
    await list.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(list.getByText('No templates yet.')).toBeVisible();
  });
