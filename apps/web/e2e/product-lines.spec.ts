import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('a product line is added at its list price, changed and kept in the history line by line', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const product = await send(request, company, 'POST', '/products', {
    name: 'Water filter',
    price: '120.00',
    currency: 'USD',
  });
  const deal = await send(request, company, 'POST', '/opportunities', {
    name: 'Filters for the lake house',
    lines: [{ product: product.id, quantity: 2 }],
  });
  await logIn(page, company, `/opportunities/${deal.id}`);
  await page.getByRole('tab', { name: 'Products' }).click();
  const lines = page.getByRole('region', { name: 'Products' });
  await expect(lines.getByRole('columnheader')).toHaveText([
    'Product',
    'Quantity',
    'Unit price',
    'Discount %',
    'Total',
    'Actions',
  ]);
  await lines.getByRole('button', { name: 'Edit Water filter' }).click();
  await page.getByRole('dialog').getByLabel('Quantity').fill('5');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(lines.getByRole('row', { name: /Water filter/ })).toContainText('600');
  await page.getByRole('tab', { name: 'Timeline' }).click();
  const change = page.getByRole('listitem').filter({ hasText: 'Product lines: changed' });
  await expect(change).toContainText('Water filter');
  await expect(change.getByText('Calculated from Quantity')).toBeVisible();
  const before = page.getByRole('listitem').filter({ hasText: 'Product lines: added' });
  await before.getByRole('button', { name: 'Restore this version' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Product lines: changed');
  await dialog.getByRole('button', { name: 'Restore', exact: false }).last().click();
  await expect(page.getByRole('listitem').filter({ hasText: 'restored an earlier version' })).toContainText(
    'Product lines: changed',
  );
  const { lines: now } = await send(request, company, 'GET', `/opportunities/${deal.id}`);
  expect(now).toMatchObject([{ id: deal.lines[0].id, quantity: '2', amount: '240.00' }]);
});

test('an amount that differs from the total is noted, and the total can be used again', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const product = await send(request, company, 'POST', '/products', { name: 'Rope', price: '3' });
  const deal = await send(request, company, 'POST', '/opportunities', {
    name: 'Ropes for the harbour',
    amount: '10',
    lines: [{ product: product.id, quantity: 4 }],
  });
  await logIn(page, company, `/opportunities/${deal.id}`);
  await page.getByRole('tab', { name: 'Products' }).click();
  const note = page.getByText('The amount is $10, but the product lines total $12.');
  await expect(note).toBeVisible();
  await page.getByRole('button', { name: 'Use the total' }).click();
  await expect(note).toBeHidden();
  const now = await send(request, company, 'GET', `/opportunities/${deal.id}`);
  expect(now).toMatchObject({ amount: '12.00', amountFromLines: true });
});

test('a line that is being edited stays the one that was opened, whatever others do to the lines', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const [pump, valve] = [
    await send(request, company, 'POST', '/products', { name: 'Pump' }),
    await send(request, company, 'POST', '/products', { name: 'Valve' }),
  ];
  const deal = await send(request, company, 'POST', '/opportunities', {
    name: 'Pumps for the harbour',
    lines: [{ product: pump.id }, { product: valve.id }],
  });
  const put = (lines: object[]) => send(request, company, 'PATCH', `/opportunities/${deal.id}`, { lines });
  const kept = { id: deal.lines[1].id };
  await logIn(page, company, `/opportunities/${deal.id}`);
  await page.getByRole('tab', { name: 'Products' }).click();
  const lines = page.getByRole('region', { name: 'Products' });
  await lines.getByRole('button', { name: 'Edit Valve' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Quantity').fill('5');
  await put([kept]);
  await expect(page.getByText('Pump', { exact: true })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(lines.getByRole('row', { name: /Valve/ })).toContainText('5');
});
