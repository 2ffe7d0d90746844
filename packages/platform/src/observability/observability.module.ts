import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { PlatformPool, TenantPool } from '../db/index.js';
import { createLogger, LOGGER, type Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { MetricsServer } from './metrics-server.js';
import { flushTraces } from './spans.js';

const PROCESS_NAME = Symbol('ProcessName');

@Injectable()
class Observation implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: MetricsServer | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(PROCESS_NAME) private readonly process: 'api' | 'worker',
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(TenantPool) tenantPool: TenantPool,
    @Inject(PlatformPool) platformPool: PlatformPool,
  ) {
    metrics.watchPool('tenant', tenantPool);
    metrics.watchPool('platform', platformPool);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { PELLUCID_METRICS_PORT: api, PELLUCID_WORKER_METRICS_PORT: worker } = this.config;
    const port = this.process === 'api' ? api : worker;
    if (port === 0) return;
    this.server = new MetricsServer(this.metrics);
    await this.server.listen(port, this.config.PELLUCID_METRICS_HOST);
    this.logger.info({ port }, 'metrics are served');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.server?.close();
    await flushTraces();
  }
}

/**
 * Provides logger and metrics. Metrics are served on a port of their own, PELLUCID_METRICS_PORT or
 * PELLUCID_WORKER_METRICS_PORT (0: off), because they reveal routes, load and sizes, which are for operators only.
 * Needs CONFIG and the DatabaseModule.
 */
@Global()
@Module({})
export class ObservabilityModule {
  static forProcess(name: 'api' | 'worker'): DynamicModule {
    return {
      module: ObservabilityModule,
      providers: [
        { provide: PROCESS_NAME, useValue: name },
        {
          provide: LOGGER,
          inject: [CONFIG],
          useFactory: (config: Config) => createLogger({ level: config.PELLUCID_LOG_LEVEL, name }),
        },
        { provide: Metrics, inject: [LOGGER], useFactory: (logger: Logger) => new Metrics(logger) },
        Observation,
      ],
      exports: [LOGGER, Metrics],
    };
  }
}
