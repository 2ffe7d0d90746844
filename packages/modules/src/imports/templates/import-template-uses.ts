import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { ImportTemplatesRepository } from './import-templates.repository.js';

/** Fields that templates of imports name. Those of others that are not shared are only counted. */
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
    const { memberId } = currentContext();
    const { known, personal } = await this.templates.naming(uow, object, field, memberId);
    const others = `${personal} personal import ${personal === 1 ? 'template' : 'templates'} of others`;
    return [
      ...known.map(({ id, name }) => ({ kind: 'importTemplate', id, name })),
      ...(personal ? [{ kind: 'importTemplate', name: others, isPersonal: true } as const] : []),
    ];
  }
}
