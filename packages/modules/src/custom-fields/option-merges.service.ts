import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import { BulkJobs } from '@pellucid/platform/jobs';
import { type IdempotencyRequest, RecordAccess, RecordService } from '@pellucid/platform/records';
import { isDeleted, notAllSeen, notMergeable } from './custom-fields.errors.js';
import { seesAllValues } from './all-values.rules.js';
import { CustomFieldsRepository } from './custom-fields.repository.js';
import { CustomFieldsService } from './custom-fields.service.js';
import { contentOf, differences, settingsStored } from './definitions/definition-form.rules.js';
import type { FieldContent } from './definitions/definition.types.js';
import { FieldValuesRepository } from './field-values.repository.js';
import { mergeOptionsJob } from './jobs/merge-options.job.js';

/** Merges options of fields into another one. */
@Injectable()
export class OptionMergesService {
  constructor(
    @Inject(CustomFieldsService) private readonly fields: CustomFieldsService,
    @Inject(CustomFieldsRepository) private readonly repository: CustomFieldsRepository,
    @Inject(FieldValuesRepository) private readonly values: FieldValuesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordAccess) private readonly access: RecordAccess,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
  ) {}

  /**
   * Retires options at once, and gives the records that have one another option by a bulk job.
   * @param wish.from values of the options that go
   * @param wish.into value of the option that records get instead
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 403 if the caller doesn't see the field in clear, 404, 409, 412, 422
   */
  async start(
    id: string,
    wish: { from: string[]; into: string },
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<{ id: string; status: string; total: number }> {
    const { body } = await this.records.unit(idempotency, async (uow) => {
      await uow.bumpAccessVersion();
      const row = await this.fields.held(uow, id, ifMatch, wish);
      if (row.deletedAt) throw isDeleted(row.label);
      const before = contentOf(row);
      assertMergeable(before, wish);
      const { descriptor, snapshot } = await this.records.reader.contextFor(row.object);
      // The versions of the records that change would tell which had the option.
      if (!seesAllValues(this.access, row.object, CUSTOM_PREFIX + row.name, snapshot))
        throw notAllSeen(row.label);
      const options = before.options!.map((o) => (wish.from.includes(o.value) ? { ...o, retired: true } : o));
      const after = { ...before, options };
      await this.repository.update(uow, id, { label: row.label, settings: settingsStored(after) });
      await this.fields.log(uow, id, 'customFieldChanged', {
        object: { after: row.object },
        name: { after: row.name },
        ...differences(before, after),
      });
      const started = await this.jobs.start(uow, mergeOptionsJob, {
        kind: 'customField',
        object: row.object,
        action: 'mergeOptions',
        request: { field: id, ...wish },
        total: await this.values.count(uow, descriptor),
      });
      return { status: 202, body: started };
    });
    this.directory.forget(requireTenant());
    return body;
  }
}

function assertMergeable(
  { options = [] }: FieldContent,
  { from, into }: { from: string[]; into: string },
): void {
  const known = new Map((options ?? []).map((o) => [o.value, o]));
  const target = known.get(into);
  if (!target || target.retired)
    throw notMergeable('/into', `"${into}" isn't an option that records can have.`);
  for (const [i, value] of from.entries()) {
    if (!known.has(value)) throw notMergeable(`/from/${i}`, `"${value}" isn't an option of this field.`);
    if (value === into) throw notMergeable(`/from/${i}`, "An option can't be merged into itself.");
  }
}
