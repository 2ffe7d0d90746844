import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { ImportTemplatesService } from './import-templates.service.js';

/** Fields that templates of imports name. */
@Injectable()
export class ImportTemplateUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(ImportTemplatesService) private readonly templates: ImportTemplatesService,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    return this.templates.naming(uow, object, field, 'import template');
  }
}
