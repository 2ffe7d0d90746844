import { createHmac } from 'node:crypto';
import { type APIRequestContext, expect, type Page, test } from './test';
import { type Company, logIn, registerCompany, send } from './company';
import { joinCompany } from './colleague';
import { hasMails, mailedToken } from './mails';
import { expectMessage } from './messages';
import { expectUsable, expectUsableOn, SCREENS } from './usable';

/** A company whose administrator has confirmed their address with the mailed link. */
async function registerConfirmed(request: APIRequestContext): Promise<Company> {
  test.skip(!hasMails, 'the mails of a product that somebody else started are not at hand');
  const company = await registerCompany(request);
  await send(request, company, 'POST', '/auth/verify-email', { token: await mailedToken(company.email) });
  return company;
}

/** The code that an authenticator app shows (RFC 6238). @param steps offset from now in steps of 30 seconds */
function appCode(secret: string, steps = 0): string {
  const bits = [...secret].map((c) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const key = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', key).update(counter).digest();
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function fillLogIn(page: Page, company: Company): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(company.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(company.password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
}

const shownSecret = async (page: Page) =>
  ((await page.locator('code').textContent()) ?? '').replace(/\s/g, '');

/** Confirms that the recovery codes on the screen are stored. Out: the codes. */
async function storeCodes(page: Page): Promise<string[]> {
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(items).toHaveCount(10);
  const codes = await items.allTextContents();
  await page.getByRole('checkbox', { name: "I've saved these codes" }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  return codes;
}

/** Adds an authenticator app on the user's security page. */
async function addApp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto('/settings/security');
  await page.getByRole('button', { name: 'Authenticator app' }).click();
  const secret = await shownSecret(page);
  await page.getByLabel('6-digit code').fill(appCode(secret));
  await page.getByLabel('Name', { exact: true }).fill('Work phone');
  await page.getByRole('button', { name: 'Add app' }).click();
  const codes = await storeCodes(page);
  await expect(page.getByText('Work phone')).toBeVisible();
  return { secret, codes };
}

test('an authenticator app is added and asked for at log-in, and a recovery code replaces it', async ({
  page,
  request,
}) => {
  const company = await registerConfirmed(request);
  await logIn(page, company);
  const { secret, codes } = await addApp(page);
  await expect(page.getByText('10 recovery codes left.')).toBeVisible();
  await logOut(page);

  await fillLogIn(page, company);
  await expect(page.getByRole('heading', { name: "Confirm it's you" })).toBeVisible();
  await page.getByLabel('Code').fill('000000');
  await expect(page.getByRole('alert')).toContainText('The code is wrong');
  // The code that added the app is used up, so this takes the next one.
  await page.getByLabel('Code').fill(appCode(secret, 1));
  await expect(page.getByRole('heading', { name: /Rita/ })).toBeVisible();
  await logOut(page);

  await page.goto('/login?next=%2Faccounts');
  await page.getByLabel('E-mail').fill(company.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(company.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill((codes[0] ?? '').toLowerCase());
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page).toHaveURL(/\/accounts/);
  await page.goto('/settings/security');
  await expect(page.getByText('9 recovery codes left.')).toBeVisible();
});

test('a passkey is added, asked for at log-in, renamed and removed', async ({ context, page, request }) => {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const company = await registerConfirmed(request);
  await logIn(page, company, '/settings/security');
  await page.getByRole('button', { name: 'Passkey' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Laptop');
  await page.getByRole('button', { name: 'Create passkey' }).click();
  await storeCodes(page);
  await expect(page.getByText('Laptop')).toBeVisible();
  await logOut(page);

  await fillLogIn(page, company);
  await page.getByRole('button', { name: 'Use passkey' }).click();
  await expect(page.getByRole('heading', { name: /Rita/ })).toBeVisible();

  await page.goto('/settings/security');
  await page.getByRole('button', { name: 'More actions for Laptop' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Old laptop');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'More actions for Old laptop' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByLabel('Your password').fill('not this one');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Wrong password.')).toBeVisible();
  await page.getByLabel('Your password').fill(company.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Old laptop')).toHaveCount(0);
  await logOut(page);
  await logIn(page, company);
});

test('people of a company that requires a second factor are guided through setting one up', async ({
  browser,
  page: adminPage,
  request,
}) => {
  const company = await registerConfirmed(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  const guest = await joinCompany(request, company, { name: 'Gus Guest', roleIds: [roles[0].id] });
  await logIn(adminPage, company, '/settings');
  const required = adminPage.getByRole('switch', { name: 'Require a second factor' });
  await expect(
    adminPage.getByText(/2 of 2 people .*: Gus Guest and Rita Sommer|Rita Sommer and Gus Guest/),
  ).toBeVisible();
  await required.check();
  await adminPage.getByRole('button', { name: 'Save' }).click();
  await expect(adminPage.getByText('Set up your own second factor before you require one')).toBeVisible();
  await adminPage.getByRole('button', { name: 'Discard' }).click();
  await addApp(adminPage);
  await adminPage.goto('/settings');
  await required.check();
  await adminPage.getByRole('button', { name: 'Save' }).click();
  // Nothing is left to discard once it is saved.
  await expect(adminPage.getByRole('button', { name: 'Discard' })).toBeDisabled();
  await expect(required).toBeChecked();

  const context = await browser.newContext();
  const page = await context.newPage();
  await fillLogIn(page, guest);
  await expect(page.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible();
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible();
  await page.getByRole('button', { name: /^Authenticator app/ }).click();
  const secret = await shownSecret(page);
  await page.getByLabel('6-digit code').fill('000000');
  await page.getByRole('button', { name: 'Add app' }).click();
  await expect(page.getByText('The code is wrong or was already used')).toBeVisible();
  await page.getByLabel('6-digit code').fill(appCode(secret));
  await page.getByRole('button', { name: 'Add app' }).click();
  await storeCodes(page);
  // The user reaches the page they first requested.
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();
  await page.goto('/settings/security');
  await page.getByRole('button', { name: 'More actions for Authenticator app' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByLabel('Your password').fill(guest.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('alert')).toContainText('Add another before you remove this one');
  await context.close();
});

test('an administrator resets the second factors of somebody who lost theirs', async ({ page, request }) => {
  test.skip(!hasMails, 'the mails of a product that somebody else started are not at hand');
  const company = await registerConfirmed(request);
  const { data: roles } = await send(request, company, 'GET', '/roles');
  const guest = { email: `guest-${company.email}`, name: 'Gus Guest', password: 'a lantern over the water' };
  const invited = await send(request, company, 'POST', '/members/invite', {
    email: guest.email,
    name: guest.name,
    roleIds: [roles[0].id],
  });
  const entered = await request.post('/api/v1/auth/accept-invite', {
    data: { token: await mailedToken(guest.email), name: guest.name, password: guest.password },
  });
  const asGuest = { ...company, token: (await entered.json()).accessToken };
  const begun = await send(request, asGuest, 'POST', '/auth/second-factors/totp', {});
  await send(request, asGuest, 'POST', '/auth/second-factors/totp/confirm', {
    enrolment: begun.enrolment,
    code: appCode(begun.secret),
  });

  await logIn(page, company, `/members/${invited.memberId}`);
  await page.getByRole('button', { name: 'Reset second factors' }).click();
  await expect(page.getByRole('dialog')).toContainText('Gus Guest');
  await expectUsable(page, 'the question before a reset');
  await page.getByRole('dialog').getByRole('button', { name: 'Reset second factors' }).click();
  await expectMessage(page, 'Gus Guest no longer has a second factor');
  await expect(page.getByRole('button', { name: 'Reset second factors' })).toHaveCount(0);
  const plain = await request.post('/api/v1/auth/login', {
    data: { email: guest.email, password: guest.password },
  });
  expect(Object.keys(await plain.json())).toContain('accessToken');
});

test('all other sessions are ended at once, and a new password says what it needs', async ({
  browser,
  page,
  request,
}) => {
  const company = await registerConfirmed(request);
  const context = await browser.newContext();
  const other = await context.newPage();
  await logIn(other, company);
  await logIn(page, company, '/settings/security');
  await page.getByRole('button', { name: 'Log out all others' }).click();
  await expectMessage(page, '2 sessions ended');
  await other.goto('/accounts');
  await expect(other.getByRole('heading', { name: 'Log in' })).toBeVisible();
  await context.close();

  const next = page.getByRole('textbox', { name: 'New password' });
  await next.fill('rita som');
  const rules = page.getByRole('list', { name: 'Password requirements' }).getByRole('listitem');
  await expect(rules.nth(0)).toContainText('8 so far');
  await expect(rules.nth(1).getByRole('img', { name: 'Not met' })).toBeVisible();
  await next.fill('Password1234');
  await expect(rules.nth(0).getByRole('img', { name: 'Met', exact: true })).toBeVisible();
  await page.getByLabel('Current password').fill(company.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('too common and easy to guess')).toBeVisible();
  await next.fill('a lantern over the water');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expectMessage(page, 'Password changed. Your other devices are logged out.');
});

for (const name of ['wide', 'narrow'] as const) {
  test.describe(name, () => {
    const screen = SCREENS[name];
    const expectLook = expectUsableOn(name);
    test.use(screen);

    test('pages about second factors pass axe and do not scroll sideways', async ({ page, request }) => {
      const company = await registerConfirmed(request);
      await logIn(page, company, '/settings/security');
      await expect(page.getByRole('button', { name: 'Passkey' })).toBeVisible();
      await expectLook(page, 'without factors');
      await page.getByRole('button', { name: 'Passkey' }).click();
      await expectLook(page, 'adding a passkey');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Authenticator app' }).click();
      const secret = await shownSecret(page);
      await expectLook(page, 'adding an app');
      await page.getByLabel('6-digit code').fill(appCode(secret));
      await page.getByRole('button', { name: 'Add app' }).click();
      await expect(page.getByRole('list', { name: 'Recovery codes' })).toBeVisible();
      await expectLook(page, 'recovery codes');
      await storeCodes(page);
      await page.getByRole('button', { name: 'New recovery codes' }).click();
      await expect(page.getByLabel('Your password')).toBeFocused();
      await expectLook(page, 'proof');
      await page.keyboard.press('Escape');
      await expectLook(page, 'with factors');
      await page.goto('/settings');
      await expect(page.getByRole('switch', { name: 'Require a second factor' })).toBeVisible();
      await expectLook(page, 'the company’s settings');
      await page.context().clearCookies();
      await fillLogIn(page, company);
      await expect(page.getByRole('heading', { name: "Confirm it's you" })).toBeVisible();
      await expectLook(page, 'second step of log-in');
      await page.reload();
      await expect(page.getByRole('heading', { name: 'Log in again' })).toBeVisible();
      await expectLook(page, 'second step that is over');
    });

    test('the pages for setting one up pass axe', async ({ page, request }) => {
      const company = await registerConfirmed(request);
      const { data: roles } = await send(request, company, 'GET', '/roles');
      const guest = await joinCompany(request, company, { name: 'Gus Guest', roleIds: [roles[0].id] });
      const begun = await send(request, company, 'POST', '/auth/second-factors/totp', {});
      const { accessToken } = await send(request, company, 'POST', '/auth/second-factors/totp/confirm', {
        enrolment: begun.enrolment,
        code: appCode(begun.secret),
      });
      const proven = { ...company, token: accessToken };
      await send(request, proven, 'PATCH', '/settings', { requireSecondFactor: true });
      await fillLogIn(page, guest);
      await expect(page.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible();
      await expectLook(page, 'choice');
      await page.getByRole('button', { name: /^Authenticator app/ }).click();
      await shownSecret(page);
      await expectLook(page, 'app');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: /^Passkey/ }).click();
      await expectLook(page, 'passkey');
    });
  });
}
