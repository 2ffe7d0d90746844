import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const source = fileURLToPath(new URL('./src', import.meta.url));

export default defineConfig({
  plugins: [react()],
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
  },
});
