import { existsSync } from 'node:fs';
import { join } from 'node:path';
import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/**
 * Tests run against the packages' sources, not their builds. `module` is left out, because Node doesn't know it either.
 */
const conditions = ['pellucid:source', 'node', 'development|production'];

const shared = {
  plugins: [
    // esbuild and oxc do not emit the decorator metadata Nest reads.
    swc.vite({
      module: { type: 'es6' },
      jsc: {
        target: 'es2024',
        keepClassNames: true,
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
    }),
  ],
  oxc: false as const,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['pellucid:source'] } },
};

/** Ends only a test that hangs. A slow or busy machine passes. */
const PATIENCE_MS = 600_000;

const sources = ['packages/{conditions,platform,modules}', 'apps/{api,worker}'];
const exclude = ['**/node_modules/**', '**/dist/**', '**/fixtures/**'];
const integration = sources.flatMap((folder) => [`${folder}/**/*.int.test.ts`, `${folder}/**/*.e2e.test.ts`]);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          isolate: false,
          include: sources.map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...exclude, ...integration],
          testTimeout: PATIENCE_MS,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          // A worker process loads the product once. Its test files share the modules, and through sharedApi() the API
          // itself.
          isolate: false,
          include: integration,
          exclude,
          globalSetup: ['packages/platform/src/testing/global-setup.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      // The web app has its own settings.
      ...['apps/web/vitest.config.ts'].filter((file) => existsSync(join(import.meta.dirname, file))),
    ],
  },
});
