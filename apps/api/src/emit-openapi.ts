/**
 * Writes the OpenAPI document to the given path, without a database:
 *   node apps/api/dist/emit-openapi.js docs/api/openapi.json
 */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { loadConfig } from '@pellucid/platform/config';
import { buildOpenApi, declaredEndpoints } from '@pellucid/platform/http';
import { AppModule } from './app.module.js';
import { API_INFO } from './openapi.controller.js';

const unused = randomBytes(32).toString('base64');
const config = loadConfig({
  DATABASE_URL_APP: 'postgresql://unused',
  DATABASE_URL_PLATFORM: 'postgresql://unused',
  JWT_SECRET: 'only-for-the-document-0123456789-abcdefg',
  PELLUCID_MASTER_KEY: unused,
  PELLUCID_CURSOR_KEY: unused,
});
const path = process.argv[2];
if (!path) throw new Error('say where to write the document');
const document = buildOpenApi(await declaredEndpoints(AppModule.of(config)), API_INFO);
writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
process.stdout.write(`${Object.keys(document['paths']).length} paths written to ${path}\n`);
process.exit(0);
