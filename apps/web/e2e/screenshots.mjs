/**
 * Takes screenshots of every page at 1440 and 390 px, light and dark, of a running product:
 *
 *   node e2e/screenshots.mjs <folder> [base URL] [e-mail] [password] [start of a name]
 *
 * Without an e-mail it registers its own company. It checks nothing: look at the images.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const [folder, base = 'http://localhost:3000', email, password = 'clear water at dawn', part = ''] =
  process.argv.slice(2);
if (!folder) {
  console.error('usage: node e2e/screenshots.mjs <folder> [base URL] [e-mail] [password] [start of a name]');
  process.exit(1);
}
mkdirSync(folder, { recursive: true });

// As in playwright.config.ts.
const executablePath = [
  process.env.PELLUCID_CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
].find((path) => path && existsSync(path));
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});

const sizes = [
  { name: '1440', viewport: { width: 1440, height: 900 } },
  { name: '390', viewport: { width: 390, height: 844 }, hasTouch: true },
];
const unique = Date.now().toString(36);
let account = email && { email, password };
const problems = [];

for (const { name: size, ...options } of sizes) {
  for (const colorScheme of ['light', 'dark']) {
    const prefix = `${size}-${colorScheme}`;
    if (!prefix.startsWith(part) && !part.startsWith(prefix)) continue;
    const context = await browser.newContext({ ...options, colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(`${size} ${colorScheme} ${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error')
        problems.push(`${size} ${colorScheme} ${page.url()}: ${message.text()}`);
    });
    const shoot = async (name) => {
      if (!`${prefix}-${name}`.startsWith(part)) return;
      await page.waitForLoadState('networkidle').catch(() => undefined);
      // Waits until skeletons are gone and dialogs have settled.
      await page
        .locator('.mantine-Skeleton-root')
        .first()
        .waitFor({ state: 'detached', timeout: 5000 })
        .catch(() => undefined);
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(folder, `${prefix}-${name}.png`) });
    };
    const visit = async (path, name) => {
      await page.goto(base + path);
      await shoot(name);
    };
    const attempt = async (what, run) => {
      try {
        await run();
      } catch (error) {
        problems.push(`${size} ${colorScheme} ${what}: ${String(error.message).split('\n')[0]}`);
        await page.keyboard.press('Escape');
      }
    };

    await visit('/register', 'register');
    await visit('/forgot-password', 'forgot-password');
    await visit('/reset-password?token=x', 'reset-password');
    await visit('/accept-invite?token=x', 'accept-invite');
    await visit('/login', 'login');
    if (!account) {
      account = { email: `rita-${unique}@example.com`, password };
      await page.goto(`${base}/register`);
      await page.getByLabel('Company', { exact: true }).fill('Hartmann & Vogel');
      await page.getByLabel('Company address').fill(`hv-${unique}`);
      await page.getByLabel('Your name').fill('Rita Sommer');
      await page.getByLabel('E-mail').fill(account.email);
      await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
      await page.getByRole('button', { name: 'Create company' }).click();
    } else {
      await page.getByLabel('E-mail').fill(account.email);
      await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
      await page.getByRole('button', { name: 'Log in' }).click();
    }
    await page.waitForURL(`${base}/`);

    const objects = await page.evaluate(async () => {
      const session = await (await fetch('/api/v1/auth/refresh', { method: 'POST' })).json();
      const headers = { Authorization: `Bearer ${session.accessToken}` };
      const { data } = await (await fetch('/api/v1/objects', { headers })).json();
      return Promise.all(
        data.map(async ({ key, path }) => {
          const page = await (await fetch(`/api/v1${path}?limit=1`, { headers })).json();
          return { key, path, first: page.data?.[0]?.id };
        }),
      );
    });
    for (const { key, path, first } of objects) {
      await visit(path, `list-${key}`);
      if (first) await attempt(`record ${key}`, () => visit(`${path}/${first}`, `record-${key}`));
    }
    const shown =
      objects.find(({ key, first }) => key === 'opportunity' && first) ?? objects.find(({ first }) => first);
    if (shown) {
      await attempt('history', async () => {
        await visit(`${shown.path}/${shown.first}?tab=history`, 'history');
        await page.getByRole('button', { name: 'Edit', exact: true }).click();
        await page.getByRole('dialog').waitFor();
        await shoot('form-edit');
        await page.keyboard.press('Escape');
      });
      await attempt('filter', async () => {
        const filter = {
          all: [
            { field: 'createdAt', op: 'this_month' },
            { field: 'owner', op: 'exists' },
          ],
        };
        await page.goto(`${base}${shown.path}?filter=${encodeURIComponent(JSON.stringify(filter))}`);
        await page.getByRole('button', { name: /^\d+ filters?$/ }).click();
        await page.getByRole('button', { name: 'Apply' }).waitFor();
        await shoot('filter');
        await page.keyboard.press('Escape');
      });
    }
    await attempt('home', () => visit('/', 'home'));
    await attempt('palette', async () => {
      await page.waitForTimeout(1600);
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('textbox').fill('ac');
      await page.waitForTimeout(600);
      await shoot('palette');
      await page.keyboard.press('Escape');
    });
    // Other pages in the navigation: those of features.
    const links = await page
      .locator('nav a[href^="/"]')
      .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href')));
    const known = new Set(['/', ...objects.map(({ path }) => path)]);
    for (const href of new Set(links)) {
      if (!known.has(href)) await attempt(href, () => visit(href, `page${href.replaceAll('/', '-')}`));
    }
    await attempt('create form', async () => {
      await page.goto(`${base}/accounts`);
      await page.getByRole('button', { name: /^New/ }).last().click();
      await page.getByRole('dialog').waitFor();
      await shoot('form-create');
    });
    await context.close();
  }
}
await browser.close();
for (const problem of new Set(problems)) console.log(problem);
