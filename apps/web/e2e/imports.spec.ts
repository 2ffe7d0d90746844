import { readFile } from 'node:fs/promises';
import { expect, test } from './test';
import { joinCompany } from './colleague';
import { logIn, registerCompany, send } from './company';

test('a file is read, mapped and imported, and its bad rows are corrected', async ({ page, request }) => {
  const company = await registerCompany(request);
  await send(request, company, 'POST', '/accounts', { name: 'Cancity' });
  const { data: roles } = await send(request, company, 'GET', '/roles');
  const gone = await joinCompany(request, company, { name: 'Gone Away', roleIds: [roles.at(-1).id] });
  await send(request, company, 'POST', `/members/${gone.memberId}/deactivate`);
  await send(request, company, 'POST', '/products', { name: 'GTX Pro', price: '4821' });
  await logIn(page, company, '/imports');
  await page.getByRole('link', { name: 'New import' }).first().click();
  const csv = [
    'opportunity_id;product;account;deal_stage;close_value;close_date;sales_agent;colour',
    'A1;GTXPro;Cancity;Won;4514;01.03.2017;R. Sommer;red',
    'A2;GTX Pro;Cancity;Lost;0;13.03.2017;;blue',
    'A3;GTX Pro;Müller & Söhne;Engaging;;;;green',
    'A4;GTX Pro;Cancity;Nowhere;;;;grey',
  ].join('\r\n');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles({
    name: 'deals.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(csv, 'latin1'),
  });

  // Read as Latin-1 with semicolons. Choosing a wrong encoding shows at once, and so does choosing the right one again.
  await expect(page.getByRole('cell', { name: 'Müller & Söhne' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Import into' })).toHaveValue('Opportunities');
  await page.getByRole('combobox', { name: 'Encoding' }).click();
  await page.getByRole('option', { name: 'WINDOWS-1251' }).click();
  await expect(page.getByRole('cell', { name: 'Müller & Söhne' })).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Encoding' }).click();
  await page.getByRole('option', { name: 'WINDOWS-1252' }).click();
  await expect(page.getByRole('cell', { name: 'Müller & Söhne' })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();

  const mapped = (column: string) => page.getByRole('combobox', { name: `Field for the column ${column}` });
  await expect(mapped('opportunity_id')).toHaveValue('External id');
  await expect(mapped('close_value')).toHaveValue('Amount');
  await expect(mapped('colour')).toHaveValue('');
  const columnRow = (name: string) => page.getByRole('listitem').filter({ has: mapped(name) });
  await columnRow('account').getByRole('combobox', { name: 'If no match' }).click();
  await page.getByRole('option', { name: 'Create it' }).click();
  await columnRow('product')
    .getByRole('button', { name: /2 values/ })
    .click();
  await columnRow('product').getByRole('textbox', { name: 'Meaning of GTXPro' }).fill('GTX');
  await page.getByRole('option', { name: 'GTX Pro' }).click();
  // Nobody is proposed who left.
  await columnRow('sales_agent')
    .getByRole('button', { name: /1 value/ })
    .click();
  await columnRow('sales_agent').getByRole('textbox', { name: 'Meaning of R. Sommer' }).click();
  await expect(page.getByRole('option')).toHaveText(['Rita Sommer']);
  await page.getByRole('option').click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('radio', { name: /Create and update/ })).toBeChecked();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(
    page.getByText('4 rows: update Opportunities that match by External id, create the rest.'),
  ).toBeVisible();
  // The check says what the import would do, and why, before anything is written.
  await expect(page.getByText("Some rows can't be imported")).toBeVisible();
  await expect(page.getByTestId('count-created')).toHaveText('3');
  await expect(page.getByRole('button', { name: /Nowhere/ })).toBeVisible();
  expect((await send(request, company, 'GET', '/opportunities')).data).toEqual([]);
  await page.getByRole('button', { name: 'Import 3 rows' }).click();

  await expect(page.getByText('1 of 4 rows failed')).toBeVisible();
  await expect(page.getByTestId('count-created')).toHaveText('3');
  await expect(page.getByTestId('count-failed')).toHaveText('1');
  await expect(page.getByTestId('count-related')).toHaveText('1');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download 1 failed row' }).click();
  const errors = await readFile(await (await download).path(), 'utf8');
  expect(errors).toContain('Nowhere');
  expect(errors).not.toContain('A1');

  const filter = encodeURIComponent(JSON.stringify({ field: 'externalId', op: 'eq', value: 'A1' }));
  const { data } = await send(request, company, 'GET', `/opportunities?filter=${filter}`);
  expect(data[0]).toMatchObject({
    amount: '4514.00',
    closeDate: '2017-03-01',
    product: { name: 'GTX Pro' },
    owner: { id: company.memberId },
  });

  // Corrects the failed row on the page.
  await page.getByRole('textbox', { name: 'deal_stage, row 5' }).fill('Engaging');
  await page.getByRole('button', { name: 'Import 1 corrected row' }).click();
  await expect(page.getByText('All rows imported')).toBeVisible();
  await expect(page.getByTestId('count-created')).toHaveText('4');
  await page.goto('/imports');
  await expect(page.getByRole('link', { name: /deals\.csv/ })).toContainText('Done');

  // A file with the same columns gets the same mapping.
  await page.goto('/imports/new');
  const again = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await again).setFiles({
    name: 'more.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(csv, 'latin1'),
  });
  await expect(page.getByText('Mapped the same way as your last import')).toBeVisible();
});

test('a file that is no table is refused with a reason', async ({ page, request }) => {
  const company = await registerCompany(request);
  await logIn(page, company, '/imports/new');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  const buffer = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);
  await (await chooser).setFiles({ name: 'photo.csv', mimeType: 'text/csv', buffer });
  await expect(page.getByRole('alert')).not.toBeEmpty();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeDisabled();
});

test('rows with the same key become lines of one record, as the preview says', async ({ page, request }) => {
  const company = await registerCompany(request);
  for (const name of ['Desk', 'Lamp'])
    await send(request, company, 'POST', '/products', { name, price: '10' });
  await send(request, company, 'POST', '/opportunities', {
    name: 'Office',
    externalId: 'A1',
    lines: [{ product: (await send(request, company, 'GET', '/products?sort=name')).data[0].id }],
  });
  await logIn(page, company, '/imports/new?object=opportunity');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles({
    name: 'orders.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'External id,Name,Product,Quantity\nA1,Office,Desk,5\n,,Lamp,2\nB2,Home,Lamp,1\nA3,Shop,Sofa,1\nA3,,Desk,1\n',
    ),
  });
  await page.getByRole('button', { name: 'Continue' }).click();
  const mapped = (column: string) => page.getByRole('combobox', { name: `Field for the column ${column}` });
  await expect(mapped('Product')).toHaveValue('Product lines › Product');
  await expect(mapped('Quantity')).toHaveValue('Product lines › Quantity');
  await expect(page.getByText('Several rows can be about one Opportunity')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('radio', { name: /Update lines with the same Product/ })).toBeChecked();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByTestId('count-created')).toHaveText('1');
  await expect(page.getByTestId('count-updated')).toHaveText('1');
  await expect(page.getByTestId('count-lines')).toHaveText('1');
  await expect(page.getByTestId('count-failed')).toHaveText('2');
  await expect(page.getByText('Product lines · Update lines with the same Product')).toBeVisible();
  await page.getByRole('button', { name: 'Import 3 rows' }).click();

  await expect(page.getByText('2 of 5 rows failed')).toBeVisible();
  // Both rows of the record wait for the correction of one.
  await page.getByRole('textbox', { name: 'Product, row 5' }).fill('Lamp');
  await page.getByRole('button', { name: 'Import 1 corrected row' }).click();
  await expect(page.getByText('All rows imported')).toBeVisible();
  const { data } = await send(request, company, 'GET', '/opportunities?fields=name,lines&sort=name');
  expect(
    data.map(({ name, lines }: any) => [name, ...lines.map((l: any) => `${l.quantity} ${l.product.name}`)]),
  ).toEqual([
    ['Home', '1 Lamp'],
    ['Office', '5 Desk', '2 Lamp'],
    ['Shop', '1 Lamp', '1 Desk'],
  ]);
});

test('a column becomes a new field, the preview shows each row, and a template repeats it', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  await send(request, company, 'POST', '/accounts', { name: 'Acme', externalId: 'A1' });
  await logIn(page, company, '/imports/new?object=account');
  const choose = async (content: string) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    await (await chooser).setFiles({
      name: 'accounts.jsonl',
      mimeType: 'application/json',
      buffer: Buffer.from(content),
    });
  };
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV template' }).click();
  expect((await download).suggestedFilename()).toBe('Accounts.csv');
  await choose(
    '{"name": "Acme Ltd", "externalId": "A1", "site code": "07"}\n{"name": "Beta", "externalId": "B2", "site code": "09"}\n',
  );
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Create a field for 1 column' }).click();
  await page.getByRole('textbox', { name: 'Label' }).fill('Site');
  await page.getByRole('button', { name: 'Create 1 field' }).click();
  await expect(page.getByRole('combobox', { name: 'Field for the column site code' })).toHaveValue('Site');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  const rows = page.getByRole('region', { name: 'Row by row' });
  await expect(rows.getByRole('listitem')).toHaveCount(1);
  await expect(rows.getByRole('listitem')).toContainText('Acme Ltd');
  await page.getByRole('button', { name: 'Save as template' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Sites');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Import 2 rows' }).click();
  await expect(page.getByText('All rows imported')).toBeVisible();
  const { data } = await send(request, company, 'GET', '/accounts?sort=name');
  expect(data.map(({ custom }: { custom: object }) => custom)).toEqual([
    { siteCode: '07' },
    { siteCode: '09' },
  ]);

  await page.goto('/imports/new?object=account');
  await choose('{"name": "Gamma", "site code": "11"}\n');
  await page.getByRole('combobox', { name: 'Template' }).click();
  await page.getByRole('option', { name: 'Sites' }).click();
  await expect(page.getByText('Not in this file: externalId.')).toBeVisible();
});
