import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { loadConfig } from '@pellucid/platform/config';
import { buildOpenApi, declaredEndpoints, type OpenApiDocument } from '@pellucid/platform/http';
import { AppModule } from './app.module.js';
import { API_INFO } from './openapi.controller.js';

/** Returns the OpenAPI document of what the modules declare, without starting anything. */
export async function declaredDocument(): Promise<OpenApiDocument> {
  const unused = randomBytes(32).toString('base64');
  const config = loadConfig({
    DATABASE_URL_APP: 'postgresql://unused',
    DATABASE_URL_PLATFORM: 'postgresql://unused',
    JWT_SECRET: 'only-for-the-document-0123456789-abcdefg',
    PELLUCID_MASTER_KEY: unused,
    PELLUCID_CURSOR_KEY: unused,
  });
  return buildOpenApi(await declaredEndpoints(AppModule.of(config)), API_INFO);
}
