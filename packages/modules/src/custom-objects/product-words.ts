import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EndpointRegistry, WEB_PATHS } from '@pellucid/platform/http';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { RecordRegistry } from '@pellucid/platform/records';
import { CustomObjectsRepository } from './custom-objects.repository.js';

/** The words that the product uses for its objects, routes and pages: no object of a company may be called by one. */
@Injectable()
export class ProductWords implements OnApplicationBootstrap {
  constructor(
    @Inject(EndpointRegistry) private readonly endpoints: EndpointRegistry,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(CustomObjectsRepository) private readonly repository: CustomObjectsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Returns keys and paths of the product's objects, and the first parts of its routes and pages, in small letters. */
  all(): ReadonlySet<string> {
    const routes = this.endpoints
      .all()
      .flatMap(({ path, perTenant }) => (perTenant ? [] : [path.split('/')[1]!]));
    const objects = this.registry.product().flatMap(({ key, plural }) => [key, plural]);
    return new Set([...routes, ...objects, ...WEB_PATHS].map((word) => word.toLowerCase()));
  }

  onApplicationBootstrap(): void {
    void this.report().catch((err) =>
      this.logger.warn({ err }, 'objects of companies were not compared with the words of the product'),
    );
  }

  /** Logs the objects of companies that have a word which this version of the product took. @returns how many */
  async report(): Promise<number> {
    const taken = await this.repository.calledBy([...this.all()]);
    for (const { tenantId, id, name, plural } of taken)
      this.logger.error(
        { tenantId, object: id, name, plural },
        'an object of a company has a word that the product uses, and the product answers in its place: rename it',
      );
    return taken.length;
  }
}
