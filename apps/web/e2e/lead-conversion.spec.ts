import { expect, test } from './test';
import { logIn, registerCompany, send } from './company';

test('a lead is added to its existing account and becomes contact and deal', async ({ page, request }) => {
  const company = await registerCompany(request);
  const account = await send(request, company, 'POST', '/accounts', {
    name: 'Acme',
    website: 'https://www.acme.test',
  });
  const lead = await send(request, company, 'POST', '/leads', {
    firstName: 'Ann',
    lastName: 'Lee',
    company: 'Acme Inc.',
    email: 'ann@acme.test',
  });
  await logIn(page, company, `/leads/${lead.id}`);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Convert lead' });
  const target = dialog.getByRole('region', { name: 'Account' });
  await expect(target.getByRole('button', { name: /Acme.*Same name/ })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(dialog.getByText('Creates the contact Ann Lee · ann@acme.test.')).toBeVisible();
  await dialog.getByLabel('Name', { exact: true }).fill('Acme harbour');
  await dialog.getByLabel('Amount').fill('12500');
  await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
  const done = page.getByRole('dialog', { name: 'Lead converted' });
  await expect(done.getByRole('link', { name: 'Account Acme' })).toHaveAttribute(
    'href',
    `/accounts/${account.id}`,
  );
  await expect(done.getByRole('link', { name: 'Contact Ann Lee' })).toBeVisible();
  await done.getByRole('link', { name: 'Opportunity Acme harbour' }).click();
  await expect(page.getByRole('heading', { name: 'Acme harbour' })).toBeVisible();
  await expect(page.getByText('$12,500').first()).toBeVisible();

  await page.goto(`/accounts/${account.id}?tab=contacts`);
  await expect(page.getByRole('listitem').filter({ hasText: 'Ann Lee' })).toContainText('Primary');

  // Matches that only the server finds are offered before a duplicate is created.
  const other = await send(request, company, 'POST', '/leads', {
    lastName: 'Roe',
    company: 'Harbour works',
    email: 'roe@acme.test',
  });
  await page.goto(`/leads/${other.id}`);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await expect(dialog.getByText('Creates the account Harbour works.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('may already be this lead');
  await expect(target.getByRole('button', { name: /Acme.*same domain/i })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
  await expect(done.getByRole('link', { name: 'Account Acme' })).toBeVisible();
});

test('the amount of the new opportunity is in the currency of its legal entity', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const entity = await send(request, company, 'POST', '/legal-entities', { name: 'Osaka', currency: 'JPY' });
  const lead = await send(request, company, 'POST', '/leads', { lastName: 'Lee', legalEntity: entity.id });
  // The currency comes after the amount is typed.
  let release = () => {};
  const isTyped = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/legal-entities/*', async (route) => {
    await isTyped;
    await route.continue();
  });
  await logIn(page, company, `/leads/${lead.id}`);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Convert lead' });
  await dialog.getByLabel('Amount').fill('12.5');
  await dialog.getByLabel('Amount').blur();
  release();
  await expect(dialog.getByText('Enter a whole number')).toBeVisible();
});

test('a converted lead can be changed by nobody, and its page says why', async ({ page, request }) => {
  const company = await registerCompany(request);
  const lead = await send(request, company, 'POST', '/leads', { firstName: 'Ann', lastName: 'Lee' });
  await logIn(page, company, `/leads/${lead.id}`);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Convert lead' });
  await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
  await page.getByRole('dialog', { name: 'Lead converted' }).getByText('Close').click();

  const why = page.getByRole('button', { name: 'Edit: why not?' });
  await expect(why).toBeVisible();
  await expect(page.getByRole('button', { name: /^Edit(?!: why not)/ })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Why? First name is locked' })).toBeAttached();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await expect(page.getByText('created this')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore this version' })).toHaveCount(0);
  await why.click();
  await expect(page.getByText('because Converted at has a value')).toBeVisible();
});

test('a lead is disqualified with a reason and reopened', async ({ page, request }) => {
  const company = await registerCompany(request);
  const lead = await send(request, company, 'POST', '/leads', { firstName: 'Max', lastName: 'Bauer' });
  await logIn(page, company, `/leads/${lead.id}`);
  await page.getByRole('button', { name: 'Disqualify' }).click();
  const dialog = page.getByRole('dialog', { name: 'Disqualify lead' });
  await dialog.getByRole('button', { name: 'Disqualify' }).click();
  await expect(dialog.getByText('Enter a reason.')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Reason' }).fill('No budget');
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Disqualify' }).click();
  await page.getByRole('button', { name: 'Reopen' }).click();
  await expect(page.getByRole('button', { name: 'Convert', exact: true })).toBeVisible();
});

test('a rule about duplicates asks before the lead is converted, and going back keeps the dialog', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const email = 'lee@twin.test';
  await send(request, company, 'POST', '/leads', { lastName: 'Other', email });
  const lead = { lastName: 'Lee', company: 'Harbour', email };
  const { id } = await send(request, company, 'POST', '/leads?allowDuplicates=true', lead);
  await logIn(page, company, `/leads/${id}`);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Convert lead' });
  await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'This may be a duplicate' });
  await expect(question.getByRole('link', { name: 'Other' })).toBeVisible();
  await question.getByRole('button', { name: 'Go back' }).click();
  await expect(dialog.getByRole('alert')).toContainText('there may already be such a record');
  await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
  await question.getByRole('button', { name: 'Save anyway' }).click();
  await expect(page.getByRole('dialog', { name: 'Lead converted' })).toBeVisible();
});
