/**
 * The product's worker with consumers that do nothing, for measuring what their turns cost. BENCH_CONSUMERS is a list of
 * the objects that they want, as JSON; `*` for all.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../scripts/runtime/project.mjs';

const worker = join(projectRoot, 'apps/worker/dist');
const { resolve } = createRequire(join(worker, 'main.js'));
const load = (file) => import(pathToFileURL(file).href);
const installed = (name) => load(resolve(name));

await installed('reflect-metadata');
const { Inject } = await installed('@nestjs/common');
const { NestFactory } = await installed('@nestjs/core');
const { loadConfig } = await installed('@pellucid/platform/config');
const { ConsumerRegistry } = await installed('@pellucid/platform/events');
const { WorkerModule } = await load(join(worker, 'worker.module.js'));

class IdleConsumers {
  constructor(registry) {
    this.registry = registry;
  }

  onModuleInit() {
    for (const [n, object] of JSON.parse(process.env.BENCH_CONSUMERS).entries())
      this.registry.register({
        name: `bench-${n}`,
        objects: object === '*' ? '*' : [object],
        verbs: '*',
        startAt: 'head',
        handle: async () => {},
      });
  }
}
Inject(ConsumerRegistry)(IdleConsumers, undefined, 0);

const app = await NestFactory.createApplicationContext(
  { module: class Bench {}, imports: [WorkerModule.of(loadConfig())], providers: [IdleConsumers] },
  { logger: false },
);
app.enableShutdownHooks();
process.send('ready');
