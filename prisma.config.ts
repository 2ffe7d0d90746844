import { delimiter, join } from 'node:path';
import { defineConfig } from 'prisma/config';

// Prisma would download a native schema engine; ours runs the WASM build of the same engine (see its header).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] = join(import.meta.dirname, 'scripts/prisma/schema-engine.mjs');
// The engine is started by its shebang: the pinned Node must be the first one found.
process.env['PATH'] =
  `${join(import.meta.dirname, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;

const url = process.env['DATABASE_URL_OWNER'];
const shadowDatabaseUrl = process.env['SHADOW_DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  // `generate` and `validate` need no database, so the URL may be absent.
  ...(url ? { datasource: { url, ...(shadowDatabaseUrl ? { shadowDatabaseUrl } : {}) } } : {}),
});
