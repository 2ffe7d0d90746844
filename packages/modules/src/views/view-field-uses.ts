import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { ViewsRepository } from './views.repository.js';

/** Fields that saved views name. Those of others that are neither for everyone nor for a team are only counted. */
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
    const { memberId } = currentContext();
    const { known, personal } = await this.views.naming(uow, object, field, memberId);
    const others = `${personal} ${personal === 1 ? 'personal view' : 'personal views'} of others`;
    return [
      ...known.map(({ id, name }) => ({ kind: 'view', id, name })),
      ...(personal ? [{ kind: 'view', name: others, isPersonal: true } as const] : []),
    ];
  }
}
