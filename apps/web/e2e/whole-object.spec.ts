import { expect, type Page, test } from './test';
import { joinCompany } from './colleague';
import { logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';

const ROWS = 500;
const STATES = ['Planned', 'In service', 'Retired'];

/** The ten fields: type and label, as the page calls them. */
const FIELDS = [
  ['Text', 'Make'],
  ['Select', 'State'],
  ['Number', 'Seats'],
  ['Date', 'First registered'],
  ['Yes or no', 'Electric'],
  ['Email', 'Contact address'],
  ['Phone', 'Hotline'],
  ['Web address', 'Manual'],
  ['Long text', 'Remarks'],
  ['Percent', 'Discount'],
] as const;

/** The columns of the file have the labels of the fields. */
const FILE = [
  `Name,${FIELDS.map(([, label]) => label).join(',')}`,
  ...Array.from({ length: ROWS }, (_, n) => {
    const day = String((n % 28) + 1).padStart(2, '0');
    const id = String(n).padStart(3, '0');
    return `Van ${id},Northwind,${STATES[n % 3]},${(n % 9) + 1},2026-03-${day},${n % 2 ? 'yes' : 'no'},van${id}@example.com,+49 30 5550${id},https://example.com/${id},Parked at ${id},${n % 40}`;
  }),
].join('\n');

async function addFields(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  for (const [type, label] of FIELDS) {
    await page.getByRole('button', { name: 'Add field' }).first().click();
    await page.getByRole('button', { name: type, exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Label', exact: true }).fill(label);
    if (type === 'Select') {
      const first = dialog.getByRole('textbox', { name: 'Option 1', exact: true });
      await first.focus();
      await first.evaluate((input, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text', text);
        input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      }, STATES.join('\n'));
    }
    await dialog.getByRole('button', { name: 'Add field' }).click();
    await expect(page.getByRole('button', { name: label, exact: true })).toBeVisible();
  }
}

test('an admin makes an object, fills and arranges it, and a rep works with half of its fields', async ({
  page,
  request,
  browser,
}) => {
  test.slow();
  const company = await registerCompany(request);
  await logIn(page, company, '/settings/objects');
  await page.getByRole('button', { name: 'New object' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Label', exact: true }).fill('Vehicle');
  await dialog.getByRole('textbox', { name: 'Plural label', exact: true }).fill('Vehicles');
  await dialog.getByRole('button', { name: 'Create object' }).click();
  await page.getByRole('link', { name: 'Fields of Vehicle' }).click();
  await addFields(page);

  // The file's columns are mapped by the labels of the fields.
  await page.goto('/imports/new');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles({ name: 'vehicles.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) });
  await page.getByRole('combobox', { name: 'Import into' }).click();
  await page.getByRole('option', { name: 'Vehicles' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  for (const [, label] of FIELDS)
    await expect(
      page.getByRole('combobox', { name: `Field for the column ${label}`, exact: true }),
    ).toHaveValue(label);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByTestId('count-created')).toHaveText(String(ROWS));
  await page.getByRole('button', { name: `Import ${ROWS} rows` }).click();
  await expect(page.getByText('All rows imported')).toBeVisible();

  // A view of everybody: the vehicles in service, then a board by their state.
  const filter = encodeURIComponent(JSON.stringify({ field: 'custom.state', op: 'neq', value: 'Retired' }));
  await page.goto(`/vehicles?filter=${filter}`);
  await page.getByRole('button', { name: 'Display' }).click();
  await page.getByRole('radiogroup').getByText('Board', { exact: true }).click();
  await page.keyboard.press('Escape');
  const column = (of: Page, name: string) => of.getByRole('region', { name, exact: true });
  await expect(column(page, 'Planned').getByRole('link', { name: 'Van 498' })).toBeVisible();
  await page.getByRole('button', { name: 'Save as…' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Fleet');
  await dialog.getByText('Everyone', { exact: true }).click();
  await dialog.getByRole('checkbox', { name: "Pin to everyone's navigation" }).check();
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expectMessage(page, 'View “Fleet” saved');

  // A role that sees half of the fields.
  const hidden = ['contactAddress', 'hotline', 'manual', 'remarks', 'discount'];
  const role = await send(request, company, 'POST', '/roles', {
    name: 'Fleet desk',
    permissions: ['read', 'create', 'update'].map((action) => ({ object: 'vehicle', action, scope: 'all' })),
    fields: hidden.map((name) => ({ object: 'vehicle', field: `custom.${name}`, access: 'hidden' })),
  });
  const kim = await joinCompany(request, company, { name: 'Kim Vogel', roleIds: [role.id] });
  const rep = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await logIn(rep, kim);
  await rep.getByRole('navigation').getByRole('link', { name: 'Fleet' }).click();
  await column(rep, 'Planned').getByRole('link', { name: 'Van 498' }).click();
  await expect(rep.getByRole('heading', { name: 'Van 498' })).toBeVisible();
  await expect(rep.getByText('Northwind')).toBeVisible();
  for (const [, label] of FIELDS.slice(5))
    await expect(rep.getByRole('button', { name: `Why? ${label} is hidden` })).toBeVisible();
  for (const text of ['van498@example.com', 'example.com/498', 'Parked at 498'])
    await expect(rep.getByText(text)).toHaveCount(0);
  await rep.getByRole('button', { name: 'Edit', exact: true }).click();
  const form = rep.getByRole('dialog');
  await expect(form.getByRole('textbox', { name: 'Contact address' })).toHaveCount(0);
  await form.getByRole('combobox', { name: 'State' }).click();
  await rep.getByRole('option', { name: 'In service' }).click();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toHaveCount(0);
  await rep.getByRole('navigation').getByRole('link', { name: 'Fleet' }).click();
  await expect(column(rep, 'In service').getByRole('link', { name: 'Van 498' })).toBeVisible();
  await rep.context().close();

  const [van] = (await send(request, company, 'GET', '/vehicles?q=Van%20498')).data;
  expect(van.custom).toMatchObject({ state: 'In service', contactAddress: 'van498@example.com', seats: 4 });
});
