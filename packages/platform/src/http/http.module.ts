import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { EndpointGuard } from './endpoint.guard.js';
import { EndpointRegistry } from './endpoint-registry.js';
import { ProblemFilter } from './problem.filter.js';

/** Guard, error filter and endpoint registry of the API. AUTHENTICATOR, REQUEST_LIMITER and ERROR_LOG come from elsewhere. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    EndpointRegistry,
    { provide: APP_GUARD, useClass: EndpointGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [EndpointRegistry],
})
export class HttpModule {}
