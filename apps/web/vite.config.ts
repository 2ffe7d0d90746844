import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { chunkGroups } from './build/chunks.ts';
import { classNameOf } from './build/class-names.ts';
import { firstLoad } from './build/first-load.ts';
import { precompress } from './build/precompress.ts';
import { usedStyles } from './build/used-styles.ts';

const source = fileURLToPath(new URL('./src', import.meta.url));

const api = process.env['PELLUCID_API_URL'] ?? 'http://localhost:3000';
/** Requests and live messages go to the API. */
const proxy = { '/api': { target: api, ws: true } };

export default defineConfig({
  plugins: [react(), usedStyles(), firstLoad(), precompress()],
  resolve: {
    alias: { '@': source },
    conditions: ['pellucid:source', 'module', 'browser', 'development|production'],
  },
  css: { modules: { generateScopedName: classNameOf } },
  server: { port: 5173, proxy },
  preview: { proxy },
  build: {
    target: 'es2023',
    // Keeps light-dark(). If lowered, it would follow the system instead of the chosen scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    manifest: true,
    // Even small files stay separate: a data: font or script would need a looser policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // scripts/check-bundle.mjs limits the compressed sizes.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: chunkGroups },
        // Names of shared chunks list every page that uses them. The first word is enough.
        chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
      },
    },
  },
});
