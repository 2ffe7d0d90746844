import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  computedReadersOf,
  type FieldUse,
  FieldUses,
  type FieldUser,
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
    return computedReadersOf(this.registry, snapshot, object, field).map((f) => ({
      kind: 'customField',
      id: f.custom!.id,
      name: f.label,
    }));
  }
}
