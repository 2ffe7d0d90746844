import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
    conditions: ['pellucid:source', 'module', 'node', 'development|production'],
  },
  test: { name: 'web', include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'], environment: 'node' },
});
