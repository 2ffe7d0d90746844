import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { conditionNames, type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { LayoutsRepository } from './layouts.repository.js';
import type { Layout } from './layouts.schema.js';

/** Fields that layouts place, or ask in conditions. */
@Injectable()
export class LayoutFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(LayoutsRepository) private readonly layouts: LayoutsRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    const layouts = await this.layouts.allIn(uow, object);
    return layouts
      .filter((layout) => names(layout, field))
      .map(({ id, kind }) => ({ kind: 'layout', id, name: kind }));
  }
}

function names({ recordType, content: { sections, tabs } }: Layout, field: string): boolean {
  return (
    recordType?.field === field ||
    [...sections, ...tabs.flatMap((tab) => tab.sections)].some(
      ({ when, pieces }) =>
        conditionNames(when, field) || pieces.some((piece) => 'field' in piece && piece.field === field),
    )
  );
}
