import { Controller, Get, Inject, Module, Res, SetMetadata } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PlatformPool, TenantPool } from '../db/index.js';
import { ENDPOINT, type EndpointSpec } from '../http/endpoint.js';

/** Declares operators' endpoints outside of /api/v1: public, and not part of the API document. */
const operational = (operationId: string): MethodDecorator =>
  SetMetadata(ENDPOINT, {
    method: 'get',
    path: `/${operationId}`,
    operationId,
    summary: operationId,
    tag: 'Operations',
    access: 'public',
    responses: {},
    operational: true,
  } satisfies EndpointSpec);

/** Liveness and readiness. Metrics are served on a separate port. */
@Controller()
export class HealthController {
  constructor(
    @Inject(TenantPool) private readonly tenants: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /** The process is alive. */
  @Get('healthz')
  @operational('healthz')
  alive() {
    return { status: 'ok' };
  }

  /** The process can serve: both log-ins reach the database, and the newest migration is applied. */
  @Get('readyz')
  @operational('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    try {
      const client = await this.tenants.checkoutUnbound();
      client.release();
      await this.platform.query('select 1');
      return { status: 'ready' };
    } catch {
      reply.status(503);
      return { status: 'unavailable', detail: "Can't reach the database." };
    }
  }
}

/** Liveness and readiness of the API. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
