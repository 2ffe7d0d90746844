import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { ImportTemplatesRepository } from './import-templates.repository.js';

/** Fields that templates of imports name, whoever they belong to. Names of private templates stay untold. */
@Injectable()
export class ImportTemplateUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(ImportTemplatesRepository) private readonly templates: ImportTemplatesRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    const { shared, personal } = await this.templates.naming(uow, object, field);
    const others = `${personal} personal import ${personal === 1 ? 'template' : 'templates'}`;
    return [
      ...shared.map(({ id, name }) => ({ kind: 'importTemplate', id, name })),
      ...(personal ? [{ kind: 'importTemplate', name: others }] : []),
    ];
  }
}
