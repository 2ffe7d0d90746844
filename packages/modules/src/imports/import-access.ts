import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { forbidden, unprocessable } from '@pellucid/platform/errors';
import {
  allFieldsOf,
  FIELD_ACCESS,
  type FieldAccess,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
  seesAllOf,
} from '@pellucid/platform/records';
import type { ImportOptions } from './import-options.schema.js';
import type { ImportRun } from './imports.types.js';
import { isImportable } from './mapping/import-targets.js';

/** Who may import what, and who may see which imports. */
@Injectable()
export class ImportAccess {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
  ) {}

  /** Whether the caller may see everybody's actions. */
  seesOthers(snapshot: TenantSnapshot): boolean {
    return ['viewAudit', 'manageSettings'].some((system) => this.directory.may(snapshot, { system }));
  }

  /** Whether the caller may read all records of the object: the number of imported rows reveals that each exists. */
  readsAll(object: string, snapshot: TenantSnapshot): boolean {
    const { allowed, scope } = this.access.decide(object, 'read', snapshot);
    return allowed && !scope;
  }

  /** Returns the description with only those fields that the caller may fill; no others are suggested for a column. */
  writable(descriptor: RecordDescriptor, snapshot: TenantSnapshot): RecordDescriptor {
    const rules = ['create', 'update'].map((action) => {
      const access = this.access.decide(descriptor.key, action, snapshot);
      return access.rulesFor(-1);
    });
    const mayWrite = ({ key }: { key: string }) => rules.some((r) => r.canWrite(key));
    const fields = descriptor.fields.filter(mayWrite);
    const lines = descriptor.lines
      .filter(mayWrite)
      .map((own) => ({ ...own, fields: own.fields.filter(mayWrite) }));
    return { ...descriptor, fields, byKey: new Map(fields.map((f) => [f.key, f])), lines };
  }

  /**
   * Asserts that the caller may see everything that the import's rows may contain: they are no records, so neither scopes
   * nor masking can be applied to them.
   * @throws ProblemError 403
   */
  async assertRowsShown(run: ImportRun): Promise<void> {
    const { actor, viewAs } = currentContext();
    if (run.createdBy?.id === actor.id && !viewAs) return;
    const snapshot = await this.directory.current();
    const { descriptor } = await this.records.reader.contextFor(run.object);
    const linked = allFieldsOf(descriptor).flatMap((f) => f.references ?? []);
    const objects = [run.object, ...linked].map((object) => this.registry.forTenant(object, snapshot));
    if (!seesAllOf(objects, this.access, snapshot))
      throw forbidden(
        'rowsWithheld',
        "Rows of this file may contain data your roles don't show you. Only the person who started the import can get them.",
      );
  }

  /** Whether the caller may import into the object in some mode. */
  mayImport(object: string, snapshot: TenantSnapshot): boolean {
    const may = (action: string) => this.directory.may(snapshot, { object, action });
    return may('import') && (may('create') || may('update'));
  }

  /** Asserts that the caller may import into the object in some mode. @throws ProblemError 403 */
  assertMayImport({ key, pluralLabel }: RecordDescriptor, snapshot: TenantSnapshot): void {
    if (!this.mayImport(key, snapshot))
      throw forbidden('permissionMissing', `Your roles don't let you import ${pluralLabel.toLowerCase()}.`);
  }

  /**
   * Returns the object to import into.
   * @param at where the request names it
   * @throws ProblemError 422
   */
  objectOf(key: string, snapshot: TenantSnapshot, at = '/options/object'): RecordDescriptor {
    const importable = this.registry.allForTenant(snapshot).filter(isImportable);
    const found = importable.find((d) => d.key === key);
    if (!found)
      throw unprocessable([
        {
          pointer: at,
          code: 'unknownObject',
          message: `There is no object "${key.slice(0, 80)}" to import into. There are: ${importable.map((d) => d.key).join(', ')}.`,
        },
      ]);
    return found;
  }

  /** Asserts that the caller may import in this mode. @throws ProblemError 403 */
  assertAllowed(descriptor: RecordDescriptor, { mode }: ImportOptions, snapshot: TenantSnapshot): void {
    const actions = mode === 'create' ? ['create'] : mode === 'update' ? ['update'] : ['create', 'update'];
    for (const action of ['import', ...actions]) {
      if (!this.directory.may(snapshot, { object: descriptor.key, action }))
        throw forbidden(
          'permissionMissing',
          `Your roles don't let you ${action} ${descriptor.pluralLabel.toLowerCase()}.`,
        );
    }
  }
}
