import { type APIRequestContext, expect, type Page, test } from './test';
import { joinCompany } from './colleague';
import { type Company, logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';
import { expectUsableOn, SCREENS } from './usable';

/** A role with masked e-mail addresses and hidden phone numbers that may reveal single values. */
async function serviceDesk(request: APIRequestContext, company: Company): Promise<string> {
  const { id } = await send(request, company, 'POST', '/roles', {
    name: 'Service desk',
    permissions: ['read', 'reveal'].map((action) => ({ object: 'contact', action, scope: 'all' })),
    system: [],
    fields: [
      { object: 'contact', field: 'email', access: 'mask' },
      { object: 'contact', field: 'phone', access: 'hidden' },
    ],
  });
  return id;
}

const contactOf = (request: APIRequestContext, company: Company, values: object) =>
  send(request, company, 'POST', '/contacts', values);

/** From here on the page has the rights of the role. */
const lookThrough = (page: Page, roleId: string) =>
  page.route('**/api/v1/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-view-as-role': roleId } }),
  );

const chooseStrategy = async (page: Page, field: string, strategy: RegExp) => {
  await page.getByRole('combobox', { name: `Masking of ${field}` }).click();
  await page.getByRole('option', { name: strategy }).click();
};

/** Fields of contacts, by the page of masking. */
const fieldsOfContacts = (page: Page) =>
  page.getByRole('list', { name: 'Fields of Contacts' }).getByRole('listitem');

test('rules are previewed on real rows as a role sees them, saved, and reset', async ({ page, request }) => {
  const company = await registerCompany(request);
  await serviceDesk(request, company);
  const { id } = await contactOf(request, company, {
    firstName: 'Ann',
    lastName: 'Baker',
    email: 'ann.baker@example.com',
    phone: '+49 40 555 0237',
  });
  await logIn(page, company, '/settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Masking' }).click();
  await expect(page.getByRole('heading', { name: 'Masking' })).toBeVisible();
  const row = fieldsOfContacts(page).filter({ hasText: 'E-mail' });
  await expect(row).toContainText('a•••@e•••.com');

  await page.getByLabel('View as').selectOption({ label: 'As Service desk' });
  const preview = page.getByRole('region', { name: 'Rows of the preview' });
  await expect(preview.getByRole('row').filter({ hasText: 'Ann Baker' })).toContainText('a•••@e•••.com');
  await expect(preview.getByRole('row').filter({ hasText: 'Ann Baker' })).toContainText('hidden');
  await chooseStrategy(page, 'E-mail', /^Complete/);
  await expect(preview.getByRole('row').filter({ hasText: 'Ann Baker' })).toContainText('•••');
  await expect(preview).not.toContainText('a•••@e•••.com');
  await page.getByLabel('View as').selectOption({ label: 'As Company Admin' });
  await expect(preview).toContainText('ann.baker@example.com');
  await expect(page.getByText('1 field changed')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expectMessage(page, 'Masking saved');
  await expect(row.getByRole('button', { name: 'Reset E-mail to default' })).toBeVisible();
  await page.getByRole('switch', { name: 'Only custom rules' }).check();
  await expect(fieldsOfContacts(page)).toHaveCount(1);

  await row.getByRole('button', { name: 'Reset E-mail to default' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('No field has a custom rule')).toBeVisible();
  // The page already shows what will be saved.
  await expect
    .poll(async () => {
      const { data } = await send(request, company, 'GET', '/masking-rules');
      return data.flatMap((o: any) => o.fields).filter((f: any) => f.rule);
    })
    .toEqual([]);
  expect((await send(request, company, 'GET', `/contacts/${id}`)).email).toBe('ann.baker@example.com');
});

test('only fitting strategies are offered, and encryption shows its obstacle or its progress', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const email = 'nora.sealed@example.com';
  const { id } = await contactOf(request, company, { lastName: 'Sealed', email });
  await logIn(page, company, '/settings/masking?object=contact');
  await page.getByRole('combobox', { name: 'Masking of Tags' }).click();
  await expect(page.getByRole('listbox').getByRole('option')).toHaveText([/Complete/]);
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Masking of Last name' }).click();
  const refused = page.getByRole('option', { name: /Encrypted/ });
  await expect(refused).toContainText("it's part of the name of contacts");
  await expect(refused).toHaveAttribute('data-combobox-disabled', 'true');
  await page.keyboard.press('Escape');

  await chooseStrategy(page, 'E-mail', /^Encrypted/);
  await expect(page.getByText('can then no longer sort or search by this field')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  const row = fieldsOfContacts(page).filter({ hasText: 'E-mail' }).first();
  await expect(row.getByText('Encrypted', { exact: true })).toBeVisible();
  const keys = page.getByRole('region', { name: 'Encryption keys' });
  await expect(keys.getByText('Encrypted since')).toBeVisible();
  await page.goto(`/contacts/${id}`);
  await expect(page.getByText(email).first()).toBeVisible();
});

test('a masked value is revealed after a reason, and the access is in audit and masking log', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const roleId = await serviceDesk(request, company);
  const { id } = await contactOf(request, company, {
    lastName: 'Masked',
    email: 'masked@example.com',
    phone: '1',
  });
  await logIn(page, company, `/contacts/${id}`);
  await expect(page.getByText('masked@example.com').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Reveal E-mail' })).toHaveCount(0);

  // Viewing as a role can't change or record anything, so somebody with the role asks.
  const kim = await joinCompany(request, company, { name: 'Kim Novak', roleIds: [roleId] });
  await page.context().clearCookies();
  await logIn(page, kim);
  await page.goto(`/contacts/${id}`);
  await expect(page.getByText('m•••@e•••.com').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Reveal Phone' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Reveal E-mail' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reveal E-mail of Masked' });
  await expect(dialog.getByLabel('Why do you need it?')).toBeFocused();
  const show = dialog.getByRole('button', { name: 'Reveal' });
  await dialog.getByLabel('Why do you need it?').fill('no');
  await expect(show).toBeDisabled();
  await dialog.getByLabel('Why do you need it?').fill('Asked to be called back');
  await show.click();
  await expect(dialog.getByText('masked@example.com')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(dialog).toHaveCount(0);
  expect(await page.content()).not.toContain('masked@example.com');

  // The log follows about a second later. The page, which is opened then, shows what is there.
  await expect
    .poll(async () => {
      const { data } = await send(request, company, 'GET', `/masking-log?record=${id}&field=email`);
      return data.map(({ subject }: { subject: { name?: string } }) => subject.name);
    })
    .toEqual(expect.arrayContaining(['Kim Novak', 'Rita Sommer']));
  const audit = await send(request, company, 'GET', `/audit?action=fieldRevealed&record=${id}`);
  expect(audit.data[0].changes.reason.after).toBe('Asked to be called back');
  await page.context().clearCookies();
  await logIn(page, company, `/settings/masking-log?record=${id}`);
  const log = page.getByRole('list', { name: 'Data access log' });
  await expect(log.getByRole('listitem').filter({ hasText: 'Masked' }).first()).toContainText('Kim Novak');
  await expect(log.getByText('Masked', { exact: true }).first()).toBeVisible();
  await page.getByLabel('Record id').fill('nothing');
  await expect(page.getByText("This isn't")).toBeVisible();
});

test('a user who may neither manage fields nor view the audit finds no link to them', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  await logIn(page, company);
  await lookThrough(page, roles.find((role: { key: string }) => role.key === 'readOnly').id);
  await page.goto('/settings');
  const parts = page.getByRole('navigation', { name: 'Settings' });
  await expect(parts.getByRole('link', { name: 'Company' })).toBeVisible();
  await expect(parts.getByRole('link', { name: 'Masking' })).toHaveCount(0);
  await expect(parts.getByRole('link', { name: 'Data access log' })).toHaveCount(0);
  await page.goto('/settings/masking');
  await expect(page.getByRole('alert')).toContainText("Couldn't load this page");
});

for (const name of ['wide', 'narrow'] as const) {
  test.describe(name, () => {
    const expectLook = expectUsableOn(name);
    test.use(SCREENS[name]);

    test('masking, the log and the reveal dialog pass axe and do not scroll sideways', async ({
      page,
      request,
    }) => {
      test.slow();
      const company = await registerCompany(request);
      const roleId = await serviceDesk(request, company);
      const { id } = await contactOf(request, company, {
        lastName: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh',
        email: 'a.rather.long.address.that.somebody.really.has@subdomain.of.a.company.example.com',
      });
      await logIn(page, company, '/settings/masking?object=contact');
      await page.getByLabel('Class of Phone').selectOption('sensitive');
      await page.getByLabel('Class of E-mail').selectOption('secret');
      await expect(page.getByText('2 fields changed')).toBeVisible();
      await expectLook(page, 'masking');
      await page.getByRole('combobox', { name: 'Masking of E-mail' }).click();
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
      await expectLook(page, 'strategies');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Discard' }).click();
      // An entry appears in the log about a second after the value was shown.
      await expect
        .poll(async () => (await send(request, company, 'GET', '/masking-log')).data.length)
        .toBeGreaterThan(0);
      await page.goto('/settings/masking-log');
      await expect(page.getByRole('list', { name: 'Data access log' })).toBeVisible();
      await expectLook(page, 'log');
      const kim = await joinCompany(request, company, { name: 'Kim Novak', roleIds: [roleId] });
      await page.context().clearCookies();
      await logIn(page, kim);
      await page.goto(`/contacts/${id}`);
      await page.getByRole('button', { name: 'Reveal E-mail' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectLook(page, 'reveal');
      await page.getByLabel('Why do you need it?').fill('To see how it looks');
      await page.getByRole('dialog').getByRole('button', { name: 'Reveal' }).click();
      await expect(page.getByRole('dialog').getByText('a.rather.long')).toBeVisible();
      await expectLook(page, 'revealed');
    });
  });
}
