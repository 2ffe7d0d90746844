import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('a list is filtered by what its records’ lines are', async ({ page, request }) => {
  const company = await registerCompany(request);
  const product = async (name: string) =>
    (await send(request, company, 'POST', '/products', { name, price: '10' })).id;
  const [desk, lamp] = [await product('Desk'), await product('Lamp')];
  for (const [name, lines] of [
    ['Office', [{ product: desk, quantity: 9 }, { product: lamp }]],
    ['House', [{ product: lamp }]],
    ['Yard', []],
  ] as const)
    await send(request, company, 'POST', '/opportunities', { name, lines });
  await logIn(page, company, '/opportunities');
  const names = page.getByRole('link', { name: /^(Office|House|Yard)$/ });
  await expect(names).toHaveCount(3);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('button', { name: 'Remove condition' }).click();
  await page.getByRole('button', { name: 'Product lines…' }).click();
  const lines = page.getByRole('group', { name: 'Product lines' });
  await lines.getByRole('combobox', { name: 'Field' }).click();
  await expect(page.getByRole('option')).toHaveText([
    'Product',
    'Quantity',
    'Unit price',
    'Discount %',
    'Total',
  ]);
  await page.getByRole('option', { name: 'Quantity' }).click();
  await lines.getByRole('combobox', { name: 'Comparison' }).click();
  await page.getByRole('option', { name: 'is more than', exact: true }).click();
  await lines.getByRole('textbox', { name: 'Quantity' }).fill('5');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(names).toHaveText(['Office']);
  await expect(page.getByText('Product lines any line where: Quantity is more than 5')).toBeVisible();

  await page.getByRole('button', { name: /^1 filter/ }).click();
  await lines.getByRole('combobox', { name: 'How many Product lines must match' }).click();
  await page.getByRole('option', { name: 'Product lines: no line where' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(names).toHaveCount(2);
  await page.reload();
  await expect(names).toHaveCount(2);
});
