import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests run against the packages' sources, not their builds. */
const conditions = ['pellucid:source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
    conditions,
  },
  ssr: { resolve: { conditions, externalConditions: ['pellucid:source'] } },
  test: {
    name: 'web',
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    environment: 'node',
  },
});
