import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { REQUEST_LIMITER } from '../http/endpoint.guard.js';
import { LOGGER, type Logger } from '../observability/index.js';
import { NoRateLimiter, RateLimiter, StoredRateLimiter } from './rate-limiter.js';
import { EndpointLimiter } from './endpoint-limiter.js';

@Injectable()
class RateLimiterConnection implements OnApplicationShutdown {
  constructor(@Inject(RateLimiter) private readonly limiter: RateLimiter) {}

  async onApplicationShutdown(): Promise<void> {
    await this.limiter.close();
  }
}

/**
 * Provides {@link RateLimiter} for guards, and the limiter of every endpoint: in Redis if configured, else in memory;
 * none with PELLUCID_RATE_LIMITS=off.
 */
@Global()
@Module({
  providers: [
    {
      provide: RateLimiter,
      inject: [CONFIG, LOGGER],
      useFactory: (config: Config, logger: Logger): RateLimiter =>
        config.PELLUCID_RATE_LIMITS ? new StoredRateLimiter(config.REDIS_URL, logger) : new NoRateLimiter(),
    },
    RateLimiterConnection,
    { provide: REQUEST_LIMITER, useClass: EndpointLimiter },
  ],
  exports: [RateLimiter, REQUEST_LIMITER],
})
export class RateLimitsModule {}
