import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { FieldUses, RecordRegistry } from '@pellucid/platform/records';
import { CustomFieldsRepository } from './custom-fields.repository.js';
import { CustomFieldsService } from './custom-fields.service.js';
import { differences, contentOf } from './definitions/definition-form.rules.js';
import { FieldUpkeep } from './field-upkeep.js';

/** A field that stays, and why. */
export interface KeptField {
  object: string;
  name: string;
  label: string;
  code: 'fieldHoldsValues' | 'fieldInUse' | 'permissionMissing';
}

/** Takes back fields that other work added on its way. */
@Injectable()
export class MadeFieldsService {
  constructor(
    @Inject(CustomFieldsService) private readonly fields: CustomFieldsService,
    @Inject(CustomFieldsRepository) private readonly repository: CustomFieldsRepository,
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(FieldUpkeep) private readonly upkeep: FieldUpkeep,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Deletes those of the fields that no living record has a value in and that nothing uses. Like every deleted field, they can be
   * restored for a while. Fields that are gone already are skipped.
   * @returns the fields that stay
   */
  async takeBack(uow: UnitOfWork, made: readonly { object: string; name: string }[]): Promise<KeptField[]> {
    if (!made.length) return [];
    // Locks the company's row, as all changes of definitions do.
    await uow.bumpAccessVersion();
    uow.afterCommit(() => this.directory.forget(uow.tenantId));
    const snapshot = await this.directory.current();
    const isAllowed = this.directory.may(snapshot, { system: 'manageFields' });
    const kept: KeptField[] = [];
    for (const { object, name } of made) {
      const row = (await this.repository.ofObject(uow, object)).find((field) => field.name === name);
      if (!row || row.deletedAt) continue;
      const keep = (code: KeptField['code']) => kept.push({ object, name, label: row.label, code });
      if (!isAllowed) keep('permissionMissing');
      else if (await this.holdsValues(uow, object, name)) keep('fieldHoldsValues');
      else if (row.conversion || (await this.uses.of(uow, object, CUSTOM_PREFIX + name)).length)
        keep('fieldInUse');
      else {
        await this.repository.setDeleted(uow, row.id, true);
        await this.upkeep.purgeLater(uow, row.id);
        await this.fields.log(uow, row.id, 'customFieldDeleted', differences(contentOf(row), undefined));
      }
    }
    return kept;
  }

  private async holdsValues(uow: UnitOfWork, object: string, name: string): Promise<boolean> {
    const descriptor = this.registry.forTenant(object, await this.directory.current());
    const field = descriptor.byKey.get(CUSTOM_PREFIX + name);
    if (!field) return true;
    const [row] = await uow.run<{ holds: boolean }>({
      text: `select exists (select from ${descriptor.source} t
                             where t.tenant_id = $1 and t.deleted_at is null and ${field.storage.value('t')} is not null) as holds`,
      values: [uow.tenantId],
    });
    return row!.holds;
  }
}
