import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { RecordRegistry } from '@pellucid/platform/records';
import { dropUnusedOptions } from '../engine/added-options.js';
import { ImportRollbackRepository } from './import-rollback.repository.js';

/** Ends rollbacks of imports, once their changes are undone. */
@Injectable()
export class ImportRollbackEnd {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ImportRollbackRepository) private readonly rollbacks: ImportRollbackRepository,
  ) {}

  /** Removes the options that the import added, unless records use them, and marks it as rolled back. */
  async end(uow: UnitOfWork, importId: string): Promise<void> {
    const { object, options } = await this.rollbacks.addedOptions(uow, importId);
    const snapshot = await this.directory.current();
    if (options.length && this.registry.has(object, snapshot)) {
      await dropUnusedOptions(uow, this.registry.forTenant(object, snapshot), options, 'living');
      await uow.bumpAccessVersion();
      uow.afterCommit(() => this.directory.forget(uow.tenantId));
    }
    await this.rollbacks.end(uow, importId);
  }
}
