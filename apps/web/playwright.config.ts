import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium if installed, else Playwright's. */
const chromium = [
  process.env['PELLUCID_CHROMIUM'],
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
].find((path) => path && existsSync(path));

/**
 * URL of a running product to test. If it is not set, a product is started with its own data. Workers read this file
 * again, so the environment passes the port to them.
 */
const given = process.env['PELLUCID_E2E_URL'];
const ports: { freePort(): Promise<number> } = await import('../../scripts/runtime/ports.mjs' as string);
process.env['PELLUCID_E2E_PORT'] ??= String(await ports.freePort());
if (!given) process.env['PELLUCID_E2E_DATA'] ??= mkdtempSync(join(tmpdir(), 'pellucid-browser-'));
const baseURL = given ?? `http://localhost:${process.env['PELLUCID_E2E_PORT']}`;

export default defineConfig({
  testDir: 'e2e',
  globalTeardown: './e2e/print-warnings',
  outputDir: 'test-results',
  // Each test has its own company. While one waits for the product, the other draws.
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  // Long enough for a busy machine. It costs nothing if the test passes.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    baseURL,
    // An action that hangs says on what, before its test runs out of time.
    actionTimeout: 120_000,
    navigationTimeout: 120_000,
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    // A trace records every test, which costs as much as the test. Use `--trace on` manually for a failing test.
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
          timeout: 900_000,
          stdout: 'ignore',
          stderr: 'pipe',
          gracefulShutdown: { signal: 'SIGTERM', timeout: 60_000 },
          env: {
            PORT: process.env['PELLUCID_E2E_PORT'] ?? '',
            PELLUCID_DATA_DIR: process.env['PELLUCID_E2E_DATA'] ?? '',
            PELLUCID_RATE_LIMITS: 'off',
          },
        },
      }),
});
