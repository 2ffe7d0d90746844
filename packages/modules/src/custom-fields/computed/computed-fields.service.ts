import { Inject, Injectable } from '@nestjs/common';
import type { FieldType } from '@pellucid/conditions';
import { AccessDirectory, type ComputedSettings, type TenantSnapshot } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { unprocessable } from '@pellucid/platform/errors';
import { BulkJobs } from '@pellucid/platform/jobs';
import {
  beginSeries,
  ComputedDefinitions,
  FollowChanges,
  RecordAccess,
  RecordRegistry,
} from '@pellucid/platform/records';
import { readsAllRecords } from '../all-values.rules.js';
import type { FieldContent } from '../definitions/definition.types.js';
import { type ComputedParts, type FieldWish, isComputedKind, wishProblems } from './computed-wishes.rules.js';
import { recalculateObjectJob } from './jobs/recalculate-object.job.js';

/** Checks how values are to be made, and starts working them out. */
@Injectable()
export class ComputedFieldsService {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(ComputedDefinitions) private readonly definitions: ComputedDefinitions,
    @Inject(FollowChanges) private readonly changes: FollowChanges,
    @Inject(RecordAccess) private readonly access: RecordAccess,
    @Inject(BulkJobs) private readonly bulk: BulkJobs,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Returns a new field as it is stored: with the type of its values. @throws ProblemError 422 */
  settle(wish: FieldWish, snapshot: TenantSnapshot): FieldContent {
    const problems = wishProblems(wish);
    if (problems.length) throw unprocessable(problems);
    const { formula, rollup, autoNumber, valueType, type, ...content } = wish;
    // An unknown object is refused with the rest of the definition.
    if (!isComputedKind(type)) return { ...content, type };
    if (!this.registry.has(content.object, snapshot)) return { ...content, type: 'text' };
    const parts = { formula, rollup, autoNumber: type === 'autoNumber' ? (autoNumber ?? {}) : undefined };
    return { ...content, ...this.checked(content, { ...parts, valueType }, snapshot) };
  }

  /**
   * Returns what a changed field stores. The type of its values stays.
   * @throws ProblemError 422 for what would make values of another type
   */
  resettle(before: FieldContent, parts: ComputedParts, snapshot: TenantSnapshot): Partial<FieldContent> {
    const { computed, type, object, name, scale, currency } = before;
    const given = (['formula', 'rollup', 'autoNumber'] as const).filter((kind) => parts[kind] !== undefined);
    if (!given.length) return {};
    const other = given.find((kind) => kind !== computed?.kind);
    if (other)
      throw unprocessable([
        {
          pointer: `/${other}`,
          code: 'settingNotForType',
          message: `Only fields of type "${other}" have "${other}". Leave it out, or add another field.`,
          params: { setting: other },
        },
      ]);
    const wish = {
      object,
      name,
      ...(scale === undefined || scale === null ? {} : { scale }),
      ...(currency === undefined || currency === null ? {} : { currency }),
    };
    return this.checked(wish, { ...parts, valueType: type }, snapshot);
  }

  /**
   * Works out the values of the records that are there, as a bulk job, after a field was added, changed or restored. In the
   * transaction of that change.
   */
  async start(uow: UnitOfWork, id: string, object: string, computed: ComputedSettings): Promise<void> {
    const snapshot = await this.directory.current();
    const total = await this.changes.count(uow, object);
    if (computed.kind === 'autoNumber') {
      const descriptor = this.registry.forTenant(object, snapshot);
      await uow.together([beginSeries(uow.tenantId, id, descriptor, computed)]);
    }
    if (total)
      await this.bulk.start(uow, recalculateObjectJob, {
        kind: 'computedField',
        object,
        action: 'recalculate',
        request: { object },
        total,
        asProduct: !readsAllRecords(this.access, object, snapshot),
      });
  }

  private checked(
    wish: Pick<FieldContent, 'object' | 'name' | 'scale' | 'currency'>,
    parts: ComputedParts,
    snapshot: TenantSnapshot,
  ): Pick<FieldContent, 'computed' | 'scale' | 'currency' | 'pii' | 'maxLength'> & { type: FieldType } {
    const object = this.registry.forTenant(wish.object, snapshot);
    const found = this.definitions.check(
      object,
      {
        name: wish.name,
        ...(parts.formula === undefined ? {} : { formula: parts.formula }),
        ...(parts.rollup === undefined ? {} : { rollup: parts.rollup }),
        ...(parts.autoNumber === undefined ? {} : { autoNumber: parts.autoNumber }),
        valueType: parts.valueType,
        scale: wish.scale ?? undefined,
        currency: wish.currency ?? undefined,
      },
      snapshot,
    );
    if ('problems' in found) throw unprocessable(found.problems);
    return { type: found.type, ...found.settings };
  }
}
