import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { ViewsRepository } from './views.repository.js';

/** Fields that saved views name, whoever they belong to. Names of views that not everyone sees stay untold. */
@Injectable()
export class ViewFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(ViewsRepository) private readonly views: ViewsRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    const { shared, personal } = await this.views.naming(uow, object, field);
    const others = `${personal} ${personal === 1 ? 'personal view' : 'personal views'}`;
    return [
      ...shared.map(({ id, name }) => ({ kind: 'view', id, name })),
      ...(personal ? [{ kind: 'view', name: others }] : []),
    ];
  }
}
