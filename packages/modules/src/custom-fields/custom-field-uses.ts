import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import type { UnitOfWork } from '@pellucid/platform/db';
import { conditionNames, type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { CustomFieldsRepository } from './custom-fields.repository.js';

/** Fields that other fields of the company depend on. */
@Injectable()
export class CustomFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(CustomFieldsRepository) private readonly fields: CustomFieldsRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    const fields = (await this.fields.ofObject(uow, object)).filter((f) => !f.deletedAt);
    return fields
      .filter(
        ({ name, settings: { dependsOn, requiredIf, visibleIf } }) =>
          CUSTOM_PREFIX + name !== field &&
          (dependsOn === field || conditionNames(requiredIf, field) || conditionNames(visibleIf, field)),
      )
      .map(({ id, label }) => ({ kind: 'customField', id, name: label }));
  }
}
