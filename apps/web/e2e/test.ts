import { type Browser, type BrowserContext, type Page, type Request, test as base } from '@playwright/test';

export * from '@playwright/test';

/** Lines of each kind that a failed test repeats. */
const MOST_LINES = 12;
const MOST_LINES_OF_PAGE = 50;
const PATIENCE_MS = 10_000;

/** What happened in the pages of one test that may explain why it failed. */
interface PageLog {
  notes: string[];
  waiting: Map<Request, number>;
  pages: Set<Page>;
}

const logs = new Set<PageLog>();

const shortUrl = (url: string) => url.replace(/^https?:\/\/[^/]+/, '').slice(0, 160);

/** Notes errors, failed requests and loads of a context's pages, and which requests have no answer yet. */
function watch(context: BrowserContext): void {
  const say = (note: string) => {
    const at = new Date().toISOString().slice(11, 23);
    for (const { notes } of logs) notes.push(`${at} ${note}`);
  };
  context.on('console', (message) => {
    if (message.type() === 'error') say(`console: ${message.text().slice(0, 300)}`);
  });
  context.on('weberror', (error) => say(`not caught: ${error.error().message.slice(0, 300)}`));
  context.on('request', (request) => {
    for (const { waiting } of logs) waiting.set(request, Date.now());
  });
  const settle = (request: Request) => {
    for (const { waiting } of logs) waiting.delete(request);
  };
  context.on('requestfinished', settle);
  context.on('requestfailed', (request) => {
    settle(request);
    say(`failed: ${request.method()} ${shortUrl(request.url())} ${request.failure()?.errorText ?? ''}`);
  });
  context.on('page', (page) => {
    for (const { pages } of logs) pages.add(page);
    page.on('crash', () => say('the page crashed'));
    page.on('domcontentloaded', () => say(`loaded: ${shortUrl(page.url())}`));
  });
}

/** Watches every context that a browser opens from now on, also those that tests open for a colleague. */
function watchAll(browser: Browser): void {
  const open = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await open(options);
    watch(context);
    return context;
  };
}

/** What a page shows, as its accessibility tree. */
async function shown(page: Page): Promise<string[]> {
  if (page.isClosed()) return [];
  const tree = await page
    .locator('body')
    .ariaSnapshot({ timeout: PATIENCE_MS })
    .catch((error: Error) => `could not be read: ${error.message}`);
  return [`${shortUrl(page.url())} shows:`, ...tree.split('\n').slice(0, MOST_LINES_OF_PAGE)];
}

/**
 * Playwright's `test`. A test that fails also says what its pages show and loaded, which of their requests failed or had
 * no answer, and their errors. A trace would say more, but costs as much as the test.
 */
export const test = base.extend<{ pageLog: undefined }, { watchedBrowser: undefined }>({
  watchedBrowser: [
    async ({ browser }, use) => {
      watchAll(browser);
      await use(undefined);
    },
    { auto: true, scope: 'worker' },
  ],
  pageLog: [
    // Its context is still open when this ends, and requests still wait.
    async ({ context: _ }, use, info) => {
      const log: PageLog = { notes: [], waiting: new Map(), pages: new Set() };
      logs.add(log);
      await use(undefined);
      logs.delete(log);
      if (info.status === info.expectedStatus) return;
      const waiting = [...log.waiting].map(
        ([request, since]) =>
          `no answer for ${Date.now() - since} ms: ${request.method()} ${shortUrl(request.url())}`,
      );
      const pages = await Promise.all([...log.pages].map(shown));
      const lines = [...log.notes.slice(-MOST_LINES), ...waiting.slice(-MOST_LINES), ...pages.flat()];
      if (lines.length > 0) throw new Error(`In its pages:\n${lines.join('\n')}`);
    },
    { auto: true },
  ],
});
