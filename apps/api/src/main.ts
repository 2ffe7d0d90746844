import 'reflect-metadata';
import { ConfigError, EXIT_CONFIG, loadConfig } from '@pellucid/platform/config';
import { createApi } from './bootstrap.js';

try {
  const config = loadConfig();
  const app = await createApi(config);
  await app.listen(config.PORT, config.HOST);
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`The configuration is invalid:\n${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
