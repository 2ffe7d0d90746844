import { delimiter, join } from 'node:path';
import { defineConfig } from 'prisma/config';

// Without this, Prisma would download a native schema engine. Ours runs the WASM build of the same engine (see its
// header).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] = join(import.meta.dirname, 'scripts/prisma/schema-engine.mjs');
// The engine starts through its shebang, so the pinned Node must come first in PATH.
process.env['PATH'] =
  `${join(import.meta.dirname, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;

const url = process.env['DATABASE_URL_OWNER'];
const shadowDatabaseUrl = process.env['SHADOW_DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  // `format` and `validate` need no database, so the URL may be missing.
  ...(url ? { datasource: { url, ...(shadowDatabaseUrl ? { shadowDatabaseUrl } : {}) } } : {}),
});
