import { type DynamicModule, Global, Module } from '@nestjs/common';
import { coreModules } from '@pellucid/modules/lists/core';
import { recordDescriptors } from '@pellucid/modules/lists/records';
import { workerModules } from '@pellucid/modules/lists/worker';
import { AccessModule } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { CryptoModule } from '@pellucid/platform/crypto';
import { DatabaseModule } from '@pellucid/platform/db';
import { EventsModule } from '@pellucid/platform/events';
import { JobsModule } from '@pellucid/platform/jobs';
import { ObservabilityModule } from '@pellucid/platform/observability';
import { OutboundModule } from '@pellucid/platform/outbound';
import { RateLimitsModule } from '@pellucid/platform/rate-limits';
import { RecordsModule } from '@pellucid/platform/records';
import { TenancyRegistriesModule } from '@pellucid/platform/tenancy';

@Global()
@Module({})
class Environment {
  static of(config: Config): DynamicModule {
    return { module: Environment, providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] };
  }
}

/**
 * Root module of the worker process: the same modules as the API, with job handlers and consumers instead of
 * controllers.
 */
@Module({})
export class WorkerModule {
  static of(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        Environment.of(config),
        DatabaseModule.forWorker(),
        CryptoModule,
        AccessModule.forRoot(recordDescriptors),
        ObservabilityModule.forProcess('worker'),
        JobsModule.forWorker(),
        OutboundModule.forWorker(),
        RateLimitsModule,
        TenancyRegistriesModule,
        RecordsModule.forRoot(recordDescriptors, { http: false }),
        EventsModule.forWorker(),
        ...coreModules,
        ...workerModules,
      ],
    };
  }
}
