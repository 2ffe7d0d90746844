import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { FieldProtectionRepository } from '../protection/field-protection.repository.js';
import { MaskingRulesRepository } from './masking-rules.repository.js';

/** Fields that have a masking rule, or whose stored values are still in the form of an earlier one. */
@Injectable()
export class MaskingRuleUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(MaskingRulesRepository) private readonly rules: MaskingRulesRepository,
    @Inject(FieldProtectionRepository) private readonly protection: FieldProtectionRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    const rule = (await this.rules.all(uow)).find((r) => r.object === object && r.field === field);
    if (rule) return [{ kind: 'maskingRule', name: `Masking (${rule.strategy})` }];
    const isProtected = await this.protection.lock(uow, { object, field, kind: 'encryption' });
    return isProtected ? [{ kind: 'maskingRule', name: 'Encryption, which is being removed' }] : [];
  }
}
