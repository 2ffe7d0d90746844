import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { chunkGroups } from './build/chunks.ts';
import { firstLoad } from './build/first-load.ts';
import { precompress } from './build/precompress.ts';
import { usedStyles } from './build/used-styles.ts';

const source = fileURLToPath(new URL('./src', import.meta.url));

export default defineConfig({
  plugins: [react(), usedStyles(), firstLoad(), precompress()],
  resolve: {
    alias: { '@': source },
    conditions: ['pellucid:source', 'module', 'browser', 'development|production'],
  },
  server: { port: 5173, proxy: { '/api': process.env['PELLUCID_API_URL'] ?? 'http://localhost:3000' } },
  preview: { proxy: { '/api': process.env['PELLUCID_API_URL'] ?? 'http://localhost:3000' } },
  build: {
    target: 'es2023',
    // Lets light-dark() through: lowered, it would follow the system instead of the chosen scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    manifest: true,
    // Hashed and small files alike are separate: a data: font or script would need a looser policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Sizes are bounded by scripts/check-bundle.mjs, compressed.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: chunkGroups },
        // Shared chunks are called by every page that uses them: the first word is enough.
        chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
      },
    },
  },
});
