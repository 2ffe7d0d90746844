import { expect, type Page, test } from './test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';
import { expectFits, expectUsable, SCREENS } from './usable';

const STEPS = [
  { kind: 'Task', name: 'Send the summary' },
  { kind: 'Call', name: 'Ask what they think', wait: 3, waitUnit: 'Working days', time: '10:00' },
];

const dialog = (page: Page) => page.getByRole('dialog');
const runs = (page: Page) => page.getByRole('list', { name: 'Sequence runs' }).getByRole('article');

const sequenceOf = (page: Page, company: Company, values: object = {}) =>
  send(page.request, company, 'POST', '/sequences', { name: 'After a first call', steps: STEPS, ...values });

test('steps are written on the page of a sequence, which then runs for a record step by step', async ({
  page,
}) => {
  const company = await registerCompany(page.request);
  const [account] = await createAccounts(page.request, company, ['Harbour Ltd']);
  const { id } = await sequenceOf(page, company, { steps: STEPS.slice(0, 1) });
  await logIn(page, company, `/sequences/${id}?tab=steps`);
  await page.getByRole('button', { name: 'Add step' }).click();
  await dialog(page).getByRole('textbox', { name: 'Subject' }).fill('Ask what they think');
  await dialog(page).getByRole('button', { name: 'Save step' }).click();
  const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
  await expect(steps.nth(1)).toContainText('Ask what they think');
  await page.getByRole('button', { name: 'Move Ask what they think up' }).click();
  await expect(steps.first()).toContainText('Ask what they think');

  await page.goto(`/accounts/${account!.id}?tab=sequences`);
  await page.getByRole('button', { name: 'Start sequence' }).click();
  await dialog(page).getByRole('combobox', { name: 'Sequence' }).click();
  await page.getByRole('option', { name: 'After a first call' }).click();
  await expect(dialog(page).getByRole('listitem')).toHaveCount(2);
  await dialog(page).getByRole('button', { name: 'Start sequence' }).click();
  await expect(runs(page)).toContainText('Step 1 of 2');
  await runs(page).getByRole('link', { name: 'Ask what they think' }).click();
  await expect(page.getByRole('link', { name: 'After a first call' })).toBeVisible();
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Reopen', exact: true })).toBeVisible();

  await page.goto(`/accounts/${account!.id}?tab=sequences`);
  await expect(runs(page)).toContainText('Step 2 of 2');
  await page.getByRole('button', { name: 'Stop After a first call' }).click();
  await expect(runs(page)).toContainText('By hand');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: 'Stop After a first call' })).toBeVisible();
});

test('a sequence starts for many records after a preview, which is undone at once', async ({ page }) => {
  const company = await registerCompany(page.request);
  await createAccounts(page.request, company, ['Alder', 'Birch', 'Cedar']);
  await sequenceOf(page, company);
  await sequenceOf(page, company, { name: 'For leads', objects: ['lead'] });
  await logIn(page, company, '/accounts');
  for (const name of ['Alder', 'Birch']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await page
    .getByRole('toolbar', { name: 'Selected records' })
    .getByRole('button', { name: 'Start sequence' })
    .click();
  await dialog(page).getByRole('combobox', { name: 'Sequence' }).click();
  await expect(page.getByRole('option')).toHaveText(['After a first call']);
  await page.getByRole('option').click();
  await dialog(page).getByRole('button', { name: 'Preview' }).click();
  await expect(dialog(page).getByText('It starts for 2 records.')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Start sequence' }).click();
  await expect(page.getByText('Sequence started for 2 records')).toBeVisible();
  const tasks = async () =>
    (await send(page.request, company, 'GET', '/tasks')).data.map(
      (t: { sequenceStep: string }) => t.sequenceStep,
    );
  expect(await tasks()).toEqual(['1/2', '1/2']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(tasks).toEqual([]);
});

test('steps and runs are usable on both screens', async ({ page }) => {
  const company = await registerCompany(page.request);
  const [account] = await createAccounts(page.request, company, ['Harbour Ltd']);
  const sequence = await sequenceOf(page, company);
  await send(page.request, company, 'POST', '/sequence-runs', {
    sequence: sequence.id,
    about: [{ object: 'account', id: account!.id }],
  });
  await logIn(page, company);
  for (const screen of [SCREENS.wide, SCREENS.narrow]) {
    await page.setViewportSize(screen.viewport);
    await page.goto(`/sequences/${sequence.id}?tab=steps`);
    await expect(page.getByRole('list', { name: 'Steps' })).toBeVisible();
    await expectUsable(page, 'steps');
    await page.goto(`/accounts/${account!.id}?tab=sequences`);
    await expect(runs(page)).toContainText('Send the summary');
    await expectUsable(page, 'runs');
    await expectFits(page, 'runs');
    await page.getByRole('button', { name: 'Start sequence' }).click();
    await dialog(page).getByRole('combobox', { name: 'Sequence' }).click();
    await page.getByRole('option', { name: 'After a first call' }).click();
    await expect(dialog(page).getByRole('listitem')).toHaveCount(2);
    await expectUsable(page, 'start');
  }
});
