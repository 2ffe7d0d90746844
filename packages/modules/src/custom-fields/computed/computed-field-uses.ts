import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { splitPath } from '@pellucid/conditions';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  allFieldsOf,
  computedSources,
  type FieldUse,
  FieldUses,
  type FieldUser,
  ownSourcesOf,
  RecordRegistry,
} from '@pellucid/platform/records';

/** Fields of whatever object that formulas and roll-ups read. */
@Injectable()
export class ComputedFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(_uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    const snapshot = await this.directory.current();
    return this.registry.allForTenant(snapshot).flatMap((descriptor) =>
      allFieldsOf(descriptor)
        .filter(({ key, computed }) => {
          if (!computed || (descriptor.key === object && key === field)) return false;
          const sources = computedSources(computed);
          if (descriptor.key === object && ownSourcesOf(sources).includes(field)) return true;
          if (sources.counts?.object === object && sources.counts.fields.includes(field)) return true;
          return sources.from.some((source) => {
            const [own, far] = splitPath(source);
            return far === field && descriptor.byKey.get(own!)?.references === object;
          });
        })
        .map((f) => ({ kind: 'customField', id: f.custom!.id, name: f.label })),
    );
  }
}
