import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@pellucid/platform/config';
import { assertRoleIsBound } from '@pellucid/platform/db';
import { createApiApplication } from '@pellucid/platform/http';
import { createLogger, LOGGER, type Logger, Metrics, NestLogger } from '@pellucid/platform/observability';
import { AppModule } from './app.module.js';

/**
 * Creates the API, ready to listen.
 * @throws ConfigError when the database roles could bypass row security
 */
export async function createApi(config: Config): Promise<NestFastifyApplication> {
  await Promise.all([
    assertRoleIsBound(config.DATABASE_URL_APP, 'app'),
    assertRoleIsBound(config.DATABASE_URL_PLATFORM, 'platform'),
  ]);
  const logger = createLogger({ level: config.PELLUCID_LOG_LEVEL, name: 'api' });
  let metrics: Metrics | undefined;
  let requests: Logger | undefined;
  const app = await createApiApplication(AppModule.of(config) as never, config, {
    logger: new NestLogger(logger),
    observe: (done) => {
      metrics?.observeRequest(done);
      requests?.info({ ...done, ms: Math.round(done.seconds * 1e5) / 100, seconds: undefined }, 'request');
    },
  });
  metrics = app.get(Metrics);
  requests = app.get<Logger>(LOGGER);
  app.enableShutdownHooks();
  return app;
}
