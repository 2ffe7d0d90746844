import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { conditionNames, type FieldUse, FieldUses, type FieldUser } from '@pellucid/platform/records';
import { RolesRepository } from './roles.repository.js';

/** Fields that roles name: in their field rights, conditions and presets. */
@Injectable()
export class RoleFieldUses implements FieldUser, OnModuleInit {
  constructor(
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(RolesRepository) private readonly roles: RolesRepository,
  ) {}

  onModuleInit(): void {
    this.uses.register(this);
  }

  async usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]> {
    return (await this.roles.allIn(uow))
      .filter(
        ({ fields, permissions }) =>
          fields.some((f) => f.object === object && f.field === field) ||
          permissions.some(
            (p) =>
              p.object === object &&
              (conditionNames(p.condition, field) || Object.hasOwn(p.preset ?? {}, field)),
          ),
      )
      .map(({ id, name }) => ({ kind: 'role', id, name }));
  }
}
