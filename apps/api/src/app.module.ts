import { type DynamicModule, Global, Module } from '@nestjs/common';
import { coreModules } from '@pellucid/modules/lists/core';
import { httpModules } from '@pellucid/modules/lists/http';
import { recordDescriptors } from '@pellucid/modules/lists/records';
import { AccessModule } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { CryptoModule } from '@pellucid/platform/crypto';
import { DatabaseModule } from '@pellucid/platform/db';
import { EventsModule } from '@pellucid/platform/events';
import { HealthModule } from '@pellucid/platform/health';
import { ERROR_LOG, HttpModule } from '@pellucid/platform/http';
import { JobsModule } from '@pellucid/platform/jobs';
import { LOGGER, ObservabilityModule } from '@pellucid/platform/observability';
import { OutboundModule } from '@pellucid/platform/outbound';
import { RateLimitsModule } from '@pellucid/platform/rate-limits';
import { RecordsModule } from '@pellucid/platform/records';
import { TenancyRegistriesModule } from '@pellucid/platform/tenancy';
import { OpenApiController } from './openapi.controller.js';

@Global()
@Module({})
class Environment {
  static of(config: Config): DynamicModule {
    return {
      module: Environment,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: ERROR_LOG, useExisting: LOGGER },
      ],
      exports: [CONFIG, ERROR_LOG],
    };
  }
}

/** Root module of the API process: the platform and every module with its controllers. */
@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        Environment.of(config),
        DatabaseModule,
        CryptoModule,
        AccessModule.forRoot(recordDescriptors),
        ObservabilityModule.forProcess('api'),
        JobsModule.forApi(),
        EventsModule.forApi(),
        OutboundModule.forApi(),
        RateLimitsModule,
        TenancyRegistriesModule,
        HttpModule,
        HealthModule,
        RecordsModule.forRoot(recordDescriptors, { http: true }),
        ...coreModules,
        ...httpModules,
      ],
      controllers: [OpenApiController],
    };
  }
}
