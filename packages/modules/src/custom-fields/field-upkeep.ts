import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import type { UnitOfWork } from '@pellucid/platform/db';
import { JobQueue } from '@pellucid/platform/jobs';
import { ANNOUNCED_MS, RecordAccess, RecordService } from '@pellucid/platform/records';
import { notAllSeen, valuesNotUnique } from './custom-fields.errors.js';
import { CustomFieldsRepository } from './custom-fields.repository.js';
import { RESTORABLE_DAYS } from './definitions/definition-form.rules.js';
import type { DefinitionRow, FieldContent } from './definitions/definition.types.js';
import { FieldValuesRepository } from './field-values.repository.js';
import { indexFieldJob } from './jobs/index-field.job.js';
import { purgeFieldJob } from './jobs/purge-field.job.js';

/** Delay before copies are made: by then every replica knows that writes make some too, with a margin for its clock. */
const INDEX_AFTER_MS = ANNOUNCED_MS + 500;

const DAY_MS = 86_400_000;

/** How many repeated values a refusal names. */
const NAMED_CONFLICTS = 10;

/** The product itself works: nobody's rights limit what it rewrites. */
const SYSTEM = { actor: { kind: 'system', id: null }, memberId: null } as const;

const isCopied = (content: FieldContent | undefined) =>
  Boolean(content?.indexed || content?.unique || content?.references);

/** Starts the work on stored values that follows from changes of definitions. */
@Injectable()
export class FieldUpkeep {
  constructor(
    @Inject(CustomFieldsRepository) private readonly fields: CustomFieldsRepository,
    @Inject(FieldValuesRepository) private readonly values: FieldValuesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordAccess) private readonly access: RecordAccess,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  /**
   * Reacts to a change, in its transaction: checks that values are unique if they have to be, and starts to index them.
   * @param before undefined for a field that was deleted until now
   * @throws ProblemError 403 if uniqueness is asked for by somebody who doesn't see the field in clear, 422 if several records
   * have the same value
   */
  async follow(
    uow: UnitOfWork,
    { id, object, name }: DefinitionRow,
    before: FieldContent | undefined,
    after: FieldContent,
  ): Promise<void> {
    if (after.unique && !before?.unique) await this.assertUnique(uow, object, name, after.label);
    if (!isCopied(before) || after.unique !== before?.unique) await this.indexAgain(uow, id, after);
  }

  /** Makes copies of all values of a field, if it has an index. */
  async indexAgain(uow: UnitOfWork, id: string, content: FieldContent): Promise<void> {
    if (!isCopied(content)) return;
    await this.fields.setIndexing(uow, id, true);
    const runAt = new Date(Date.now() + INDEX_AFTER_MS);
    await this.jobs.enqueue(uow, indexFieldJob, { field: id }, { ...SYSTEM, runAt });
  }

  /** Removes the values of a field that was just deleted when it can't be restored any more. */
  async purgeLater(uow: UnitOfWork, id: string): Promise<void> {
    const { deletedAt } = (await this.fields.held(uow, id))!;
    const runAt = new Date(Date.parse(deletedAt!) + RESTORABLE_DAYS * DAY_MS);
    await this.jobs.enqueue(uow, purgeFieldJob, { field: id, deletedAt: deletedAt! }, { ...SYSTEM, runAt });
  }

  /** The refusal names only records that the caller sees. */
  private async assertUnique(uow: UnitOfWork, object: string, name: string, label: string): Promise<void> {
    const { descriptor, snapshot } = await this.records.reader.contextFor(object);
    const key = CUSTOM_PREFIX + name;
    if (!this.access.rules(object, snapshot).canFilter(key)) throw notAllSeen(label);
    const f = descriptor.byKey.get(key) ?? descriptor.former.get(key);
    const repeated = await this.values.repeated(uow, descriptor, f!, NAMED_CONFLICTS);
    if (!repeated.length) return;
    const ids = repeated.flatMap((value) => value.ids);
    const seen = new Set(await this.records.reader.visibleIds(object, ids));
    const conflicts = repeated
      .map((value) => ({ records: value.ids.filter((id) => seen.has(id)) }))
      .filter(({ records }) => records.length > 1);
    throw valuesNotUnique(label, conflicts);
  }
}
