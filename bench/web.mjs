/**
 * The web app as a person experiences it: a cold start of the home page on a slow connection, scrolling a long list,
 * and how long it takes from a click to a list and to the board. Measured in Chromium, printed and saved; no number
 * makes it fail.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../scripts/runtime/ports.mjs';
import { projectRoot } from '../scripts/runtime/project.mjs';
import { startProduct } from './product.mjs';

/** A slow mobile connection, as often used to describe slow pages: 1.6 Mbit/s down, 150 ms round trip. */
export const SLOW_LINE = { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const ACCOUNTS = 5_000;
/** A task longer than this delays the response to a key or a click (W3C Long Tasks). */
const LONG_TASK_MS = 50;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const rounded = (value) => Math.round(value * 10) / 10;

/** `npm run bench -- --web`: measures the web app in a browser. Writes bench/results/web.json. */
export async function benchWeb() {
  const dataDir = mkdtempSync(join(tmpdir(), 'pellucid-bench-'));
  const port = await freePort();
  const product = await startProduct(dataDir, port, ['--demo']);
  try {
    const measured = await measureWeb({
      url: `http://localhost:${port}`,
      account: { email: 'demo@pellucid.example', password: 'walk-along-the-tideline' },
      rounds: Number(process.env.PELLUCID_BENCH_ROUNDS ?? 3),
      say: (line) => process.stdout.write(`${line}\n`),
    });
    const result = { at: new Date().toISOString(), cores: cpus().length, ...measured };
    mkdirSync(join(projectRoot, 'bench/results'), { recursive: true });
    writeFileSync(join(projectRoot, 'bench/results/web.json'), `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/**
 * Measures a running product that contains the demo company.
 * @param {{url: string, account: {email: string, password: string}, rounds: number, say: (line: string) => void}}
 *   options
 * @returns medians over the rounds; times in ms, bytes as transferred
 */
export async function measureWeb({ url, account, rounds, say }) {
  const { chromium } = await import('playwright');
  const installed = [
    process.env.PELLUCID_CHROMIUM,
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
  ].find((path) => path && existsSync(path));
  const browser = await chromium.launch({
    ...(installed ? { executablePath: installed } : {}),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    await seedAccounts(url, account);
    const homes = [];
    for (let n = 0; n < rounds; n++) homes.push(await coldHome(browser, url, account));
    const home = Object.fromEntries(
      Object.keys(homes[0]).map((key) => [key, rounded(median(homes.map((run) => run[key])))]),
    );
    say(
      `cold home: LCP ${home.lcpMs} ms, figures after ${home.figuresMs} ms, ${home.requests} requests, ${home.kilobytes} kB`,
    );
    const scrolls = [];
    for (let n = 0; n < rounds; n++) scrolls.push(await scrollAccounts(browser, url, account));
    const scroll = {
      rows: scrolls[0].rows,
      longTasks: median(scrolls.map((run) => run.longTasks)),
      longestMs: median(scrolls.map((run) => run.longestMs)),
    };
    say(
      `scrolling ${scroll.rows} accounts: ${scroll.longTasks} tasks over ${LONG_TASK_MS} ms, the longest ${scroll.longestMs} ms`,
    );
    const clicks = [];
    for (let n = 0; n < rounds; n++) clicks.push(await clickThrough(browser, url, account));
    const click = {};
    for (const page of ['list', 'board'])
      click[page] = {
        firstMs: rounded(median(clicks.map((run) => run[page][0]))),
        laterMs: rounded(median(clicks.flatMap((run) => run[page].slice(1)))),
      };
    say(
      `click to content: list ${click.list.firstMs} ms at first, ${click.list.laterMs} ms later; board ${click.board.firstMs} and ${click.board.laterMs} ms`,
    );
    return { home, scroll, click };
  } finally {
    await browser.close();
  }
}

/** Adds accounts through the API until the company has enough for scrolling. */
async function seedAccounts(url, account) {
  const ask = async (path, body, token) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { accessToken } = await ask('/auth/login', account);
  const { count } = await ask('/accounts?limit=1&count=exact', undefined, accessToken);
  for (let made = count.value; made < ACCOUNTS; made += 250) {
    const rows = Array.from({ length: Math.min(250, ACCOUNTS - made) }, (_, n) => ({
      name: `Scrolled ${made + n}`,
      city: 'Hamburg',
      employees: n,
    }));
    await ask('/accounts/bulk', { action: 'create', rows }, accessToken);
  }
}

/** Opens a browser with an empty cache in which the person is logged in. */
async function openCold(browser, url, account) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  const answer = await context.request.post(`${url}/api/v1/auth/login`, { data: account });
  if (!answer.ok()) throw new Error(`log-in refused: ${answer.status()} ${await answer.text()}`);
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.measured = { lcp: 0, tasks: [] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.measured.lcp = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.measured.tasks.push(entry.duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  return { context, page };
}

async function coldHome(browser, url, account) {
  const { context, page } = await openCold(browser, url, account);
  const line = await context.newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', { offline: false, ...SLOW_LINE });
  let requests = 0;
  let bytes = 0;
  line.on('Network.requestWillBeSent', () => (requests += 1));
  line.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(url, { waitUntil: 'commit' });
  const figuresMs = await page.evaluate(
    () =>
      new Promise((done) => {
        const look = () => {
          const tiles = document.querySelectorAll('[class*="tileValue"]');
          if (tiles.length && !document.querySelector('main .mantine-Skeleton-root')) done(performance.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await page.waitForLoadState('networkidle');
  const { lcp } = await page.evaluate(() => globalThis.measured);
  await context.close();
  return { lcpMs: lcp, figuresMs, requests, kilobytes: bytes / 1000 };
}

/** Scrolls the list of accounts to its end, a third of a screen per frame. */
async function scrollAccounts(browser, url, account) {
  const { context, page } = await openCold(browser, url, account);
  await page.goto(`${url}/accounts`);
  await page.locator('table[aria-rowcount] tbody tr[aria-rowindex]').nth(5).waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => (globalThis.measured.tasks.length = 0));
  const rows = await page.evaluate(
    ({ wanted, patience }) =>
      new Promise((done) => {
        const table = document.querySelector('[aria-rowcount]');
        const scroller = table.parentElement;
        const begin = performance.now();
        const step = () => {
          scroller.scrollTop += 300;
          const shown = Math.floor(scroller.scrollHeight / 40);
          const isAtEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
          if ((isAtEnd && shown >= wanted) || performance.now() - begin > patience)
            setTimeout(() => done(shown), 200);
          else requestAnimationFrame(step);
        };
        step();
      }),
    { wanted: ACCOUNTS, patience: 60_000 },
  );
  const { tasks } = await page.evaluate(() => globalThis.measured);
  await context.close();
  const long = tasks.filter((duration) => duration > LONG_TASK_MS);
  return { rows, longTasks: long.length, longestMs: Math.max(0, ...tasks) };
}

/** Home → list → home → board, three times: ms from each click to the first row or card. */
async function clickThrough(browser, url, account) {
  const { context, page } = await openCold(browser, url, account);
  await page.goto(url);
  await page.waitForLoadState('networkidle');
  const clickTo = async (href, content) => {
    const ms = await page.evaluate(
      ({ href, content }) =>
        new Promise((done) => {
          const begin = performance.now();
          document.querySelector(`nav[aria-label="Main"] a[href="${href}"]`).click();
          const look = () => {
            if (document.querySelector(content)) setTimeout(() => done(performance.now() - begin));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }),
      { href, content },
    );
    await page.waitForLoadState('networkidle');
    return ms;
  };
  const times = { list: [], board: [] };
  // The home page also links to opportunities, so only links in the table and on the board count.
  const deal = 'a[href^="/opportunities/0"]';
  for (let n = 0; n < 3; n++) {
    times.list.push(await clickTo('/opportunities', `main table[aria-rowcount] ${deal}`));
    await clickTo('/', '[class*="tileValue"]');
    times.board.push(await clickTo('/opportunities/board', `main [data-testid="board"] ${deal}`));
    await clickTo('/', '[class*="tileValue"]');
  }
  await context.close();
  return times;
}
