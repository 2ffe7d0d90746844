import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { EndpointGuard } from './endpoint.guard.js';
import { EndpointRegistry } from './endpoint-registry.js';
import { ProblemFilter } from './problem.filter.js';

/**
 * Provides guard, error filter and endpoint registry of the API. Needs AUTHENTICATOR, REQUEST_LIMITER and ERROR_LOG.
 */
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
