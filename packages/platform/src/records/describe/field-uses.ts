import { Injectable } from '@nestjs/common';
import { type Condition, fieldsOf } from '@pellucid/conditions';
import type { UnitOfWork } from '../../db/unit-of-work.js';

/** Something that names a field and would break without it. */
export interface FieldUse {
  /** What it is: `role`, `maskingRule`, `view`, `layout`, `customField`. */
  kind: string;
  /** Its id; missing if it has none of its own. */
  id?: string;
  /** What people call it. */
  name: string;
  /** Whether it is somebody's own: it goes on without the field, and nobody but its owner can change it. */
  isPersonal?: true;
}

/** Whether a condition asks a field of the object that it is about. */
export const conditionNames = (condition: Condition | null | undefined, field: string): boolean =>
  Boolean(condition) && fieldsOf(condition!).some(([first]) => first === field);

/** A part of the product whose configuration names fields. */
export interface FieldUser {
  /**
   * Returns where the configuration names a field of an object: in rights, conditions, columns, mappings.
   * @param field its key, e.g. `custom.size`
   */
  usesOf(uow: UnitOfWork, object: string, field: string): Promise<FieldUse[]>;
}

/**
 * Whether personal uses of a field are in the way. Nobody can change them but their owner, and they say themselves what they
 * leave out.
 */
export type PersonalUses = 'refuse' | 'leave';

/** Who uses a field. Modules register here; a field that is used can't be deleted. */
@Injectable()
export class FieldUses {
  private readonly users: FieldUser[] = [];

  /** Adds a part of the product that is asked from now on. */
  register(user: FieldUser): void {
    this.users.push(user);
  }

  /**
   * Returns the uses of a field.
   * @param personal whether personal ones count, such as private views of others
   */
  async of(
    uow: UnitOfWork,
    object: string,
    field: string,
    personal: PersonalUses = 'refuse',
  ): Promise<FieldUse[]> {
    const uses: FieldUse[] = [];
    // One after the other: they share the transaction's connection.
    for (const user of this.users) uses.push(...(await user.usesOf(uow, object, field)));
    return personal === 'leave' ? uses.filter(({ isPersonal }) => !isPersonal) : uses;
  }
}
