import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

/** Debian's own where it is installed; elsewhere the one Playwright brings. */
const chromium = [
  process.env['PELLUCID_CHROMIUM'],
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
].find((path) => path && existsSync(path));

/**
 * A product started by somebody else may be tested by naming it; otherwise one is started, with data of its
 * own. Workers read this file again, so the port is handed to them by the environment.
 */
const given = process.env['PELLUCID_E2E_URL'];
process.env['PELLUCID_E2E_PORT'] ??= String(20_000 + Math.floor(Math.random() * 20_000));
if (!given) process.env['PELLUCID_E2E_DATA'] ??= mkdtempSync(join(tmpdir(), 'pellucid-browser-'));
const baseURL = given ?? `http://localhost:${process.env['PELLUCID_E2E_PORT']}`;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Each test has a company of its own; while one waits for the product, the other one draws.
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  // Long enough for a machine that has other work to do: it costs nothing where a test passes.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    baseURL,
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    // A trace films every test, which costs as much as the test: by hand, `--trace on` where one fails.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium && { executablePath: chromium }),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  ...(given
    ? {}
    : {
        webServer: {
          command: 'npm start',
          cwd: fileURLToPath(new URL('../..', import.meta.url)),
          url: `${baseURL}/readyz`,
          timeout: 300_000,
          stdout: 'ignore',
          stderr: 'pipe',
          gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
          env: {
            PORT: process.env['PELLUCID_E2E_PORT'] ?? '',
            PELLUCID_DATA_DIR: process.env['PELLUCID_E2E_DATA'] ?? '',
            PELLUCID_RATE_LIMITS: 'off',
          },
        },
      }),
});
