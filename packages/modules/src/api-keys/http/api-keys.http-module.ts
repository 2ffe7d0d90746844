import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { provedKeyOf } from '../api-key-authenticator.js';
import { ApiKeysModule } from '../api-keys.module.js';
import { KeyUsage } from '../key-usage.js';
import { ApiKeysController } from './api-keys.controller.js';

/** The part of the Fastify instance that is needed. */
interface HookedServer {
  addHook(
    name: 'onResponse',
    hook: (request: object, reply: { statusCode: number }, done: () => void) => void,
  ): unknown;
}

/** Counts every response to a request with a key, including refusals. */
@Injectable()
class UsageHook implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(KeyUsage) private readonly usage: KeyUsage,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<HookedServer>();
    fastify.addHook('onResponse', (request, reply, done) => {
      const key = provedKeyOf(request);
      if (key) this.usage.count(key, reply.statusCode >= 400);
      done();
    });
  }
}

/** Provides the endpoints of API keys and counts their use. */
@Module({ imports: [ApiKeysModule], controllers: [ApiKeysController], providers: [UsageHook] })
export class ApiKeysHttpModule {}
