import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ConfigError, EXIT_CONFIG, loadConfig } from '@pellucid/platform/config';
import { assertRoleIsBound } from '@pellucid/platform/db';
import { createLogger, NestLogger } from '@pellucid/platform/observability';
import { WorkerModule } from './worker.module.js';

try {
  const config = loadConfig();
  await Promise.all([
    assertRoleIsBound(config.DATABASE_URL_APP, 'app'),
    assertRoleIsBound(config.DATABASE_URL_PLATFORM, 'platform'),
  ]);
  const logger = createLogger({ level: config.PELLUCID_LOG_LEVEL, name: 'worker' });
  const app = await NestFactory.createApplicationContext(WorkerModule.of(config) as never, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.enableShutdownHooks();
  logger.info('the worker is ready');
  process.send?.('ready');
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`The configuration is invalid:\n${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
