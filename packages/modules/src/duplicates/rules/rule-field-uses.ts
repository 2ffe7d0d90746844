import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { DuplicateRulesRepository } from './duplicate-rules.repository.js';

/** Fields that rules about duplicates compare, also those that are not active. */
@Injectable()
export class RuleFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(DuplicateRulesRepository) private readonly rules: DuplicateRulesRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    return (await this.rules.hold(uow))
      .filter(({ conditions }) => conditions.some(({ fields }) => fields[object]?.includes(field)))
      .map(({ id, name }) => ({ kind: 'duplicateRule', id, name }));
  }
}
