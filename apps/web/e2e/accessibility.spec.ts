import { expect, type Page, test } from './test';
import { type Company, createAccounts, logIn, registerCompany, send } from './company';
import { expectFits, expectUsable, SCREENS } from './usable';

let company: Company;
let account: string;

/** Every address in the main menu, including the lists of all objects. */
async function addresses(page: Page): Promise<string[]> {
  const links = await page
    .locator('nav a[href^="/"]')
    .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href') ?? '/'));
  return [...new Set(['/', ...links])];
}

async function listAddresses(request: Parameters<typeof send>[0]): Promise<string[]> {
  const { data } = await send(request, company, 'GET', '/objects');
  return data.map(({ path }: { path: string }) => path);
}

test('pages before log-in pass axe', async ({ page }) => {
  for (const path of [
    '/login',
    '/register',
    '/forgot-password',
    '/reset-password?token=x',
    '/accept-invite?token=x',
    '/verify-email?token=x',
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectUsable(page, path);
  }
});

test.describe('of a company', () => {
  test.beforeEach(async ({ request }) => {
    company = await registerCompany(request);
    const [first] = await createAccounts(request, company, ['Alpha', 'Bravo']);
    account = first!.id;
    await send(request, company, 'PATCH', `/accounts/${account}`, {
      website: 'https://alpha.example',
      country: 'Germany',
    });
  });

  test.describe('on a wide screen', () => {
    test.use(SCREENS.wide);

    test('each kind of page passes axe', async ({ page, request }) => {
      await logIn(page, company);
      // All lists are drawn from descriptions by the same components, so one is enough.
      const lists = new Set(await listAddresses(request));
      const paths = (await addresses(page)).filter((path) => !lists.has(path));
      for (const path of [
        ...paths,
        '/accounts',
        `/accounts/${account}`,
        `/accounts/${account}?tab=overview`,
        '/nowhere',
      ]) {
        await page.goto(path);
        await expectUsable(page, path);
      }
    });

    test('dialogs and menus pass axe', async ({ page }) => {
      await logIn(page, company, '/accounts');
      await passDialogs(page);
      await page.getByRole('button', { name: 'Account of Rita Sommer' }).click();
      await expect(page.getByRole('menu')).toBeVisible();
      // Menus are rendered outside the landmarks, as in the ARIA practices.
      await expectUsable(page, 'menu', ['region']);
      await page.keyboard.press('Escape');
      await page.getByRole('checkbox', { name: 'Select Alpha' }).check();
      await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
      await expect(page.getByRole('dialog').getByRole('button', { name: 'Delete' })).toBeVisible();
      await expectUsable(page, 'a question with a red button');
      await page.goto(`/accounts/${account}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeVisible();
      await expectUsable(page, 'menu with a red item', ['region']);
    });
  });

  test.describe('on a phone', () => {
    test.use(SCREENS.narrow);

    test('no page scrolls sideways', async ({ page, request }) => {
      await logIn(page, company);
      const paths = [...(await addresses(page)), ...(await listAddresses(request))];
      for (const path of new Set([...paths, `/accounts/${account}`, '/nowhere'])) {
        await page.goto(path);
        await expectFits(page, path);
      }
    });

    test('pages drawn differently on a phone pass axe', async ({ page }) => {
      await logIn(page, company, '/accounts');
      await expectUsable(page, 'a list as cards');
      await passDialogs(page);
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await expect(page.getByRole('dialog').getByRole('link', { name: 'Contacts' })).toBeVisible();
      await expectUsable(page, 'the menu of all pages');
      await page.goto(`/accounts/${account}`);
      await expectUsable(page, 'a record');
    });
  });
});

/** Checks the form and the filter of a list. */
async function passDialogs(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^New( Account)?$/ })
    .last()
    .click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('textbox').first()).toBeFocused();
  await expectUsable(page, 'form');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Apply' })).toBeVisible();
  await expectUsable(page, 'filter');
  await page.keyboard.press('Escape');
}
