import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { conditionNames, type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { AssignmentRulesRepository } from './assignment-rules.repository.js';

/** Fields of leads that assignment rules and territories ask, also those that are not active. */
@Injectable()
export class AssignmentFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(AssignmentRulesRepository) private readonly repository: AssignmentRulesRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    if (object !== 'lead') return [];
    const { rules, territories } = await this.repository.hold(uow);
    const named = (kind: string, all: { id: string; name: string; condition: StoredCondition }[]) =>
      all
        .filter(({ condition }) => conditionNames(condition, field))
        .map(({ id, name }) => ({ kind, id, name }));
    return [...named('assignmentRule', rules), ...named('territory', territories)];
  }
}

type StoredCondition = Parameters<typeof conditionNames>[0];
