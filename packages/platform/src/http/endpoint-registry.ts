import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { ENDPOINT, type EndpointSpec } from './endpoint.js';

/** Every declared endpoint of the running application. Start-up fails if a route declares none or two share an id. */
@Injectable()
export class EndpointRegistry implements OnApplicationBootstrap {
  private found: EndpointSpec[] | undefined;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    this.all();
  }

  /**
   * Returns all endpoints.
   * @throws Error naming the handler that declares no permission, or an operationId used twice
   */
  all(): EndpointSpec[] {
    if (this.found) return this.found;
    const specs: EndpointSpec[] = [];
    const owners = new Map<string, string>();
    for (const wrapper of this.discovery.getControllers()) {
      const type = wrapper.metatype as Function | null;
      if (!type?.prototype) continue;
      for (const name of this.scanner.getAllMethodNames(type.prototype)) {
        const handler = type.prototype[name];
        if (Reflect.getMetadata(PATH_METADATA, handler) === undefined) continue;
        const spec = this.reflector.get<EndpointSpec | undefined>(ENDPOINT, handler);
        const where = `${type.name}.${name}`;
        if (!spec)
          throw new Error(`${where} has a route but declares no permission: use @Endpoint({…, access})`);
        if (owners.has(spec.operationId))
          throw new Error(
            `${where} and ${owners.get(spec.operationId)} share the operationId "${spec.operationId}"`,
          );
        owners.set(spec.operationId, where);
        specs.push(spec);
      }
    }
    this.found = specs;
    return specs;
  }
}
