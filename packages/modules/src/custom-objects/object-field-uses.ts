import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser, fieldsOfTemplate } from '@pellucid/platform/records';
import { CustomObjectsRepository } from './custom-objects.repository.js';

/** Says which objects compose names of a field, or name it in the rules of their stages. */
@Injectable()
export class ObjectFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(CustomObjectsRepository) private readonly repository: CustomObjectsRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    const found = (await this.repository.ever(uow)).find(({ name }) => name === object);
    if (!found || found.purgedAt) return [];
    const { nameTemplate = '', stages } = found.settings;
    const named = [
      ...fieldsOfTemplate(nameTemplate),
      ...(stages ? [stages.field, ...Object.values(stages.requires ?? {}).flat()] : []),
    ];
    return named.includes(field) ? [{ kind: 'customObject', id: found.id, name: found.label }] : [];
  }
}
