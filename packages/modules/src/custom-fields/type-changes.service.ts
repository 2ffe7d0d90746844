import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { type FieldProblem, unprocessable } from '@pellucid/platform/errors';
import { BulkJobs } from '@pellucid/platform/jobs';
import {
  countryOf,
  type FieldDescriptor,
  FieldUses,
  type PersonalUses,
  type IdempotencyRequest,
  newId,
  RecordAccess,
  RecordService,
  SERVER_FIELD_TYPES,
} from '@pellucid/platform/records';
import {
  fieldInUse,
  isDeleted,
  isEncrypted,
  notAllSeen,
  typeNotConvertible,
} from './custom-fields.errors.js';
import { seesAllValues } from './all-values.rules.js';
import { CustomFieldsRepository } from './custom-fields.repository.js';
import { CustomFieldsService } from './custom-fields.service.js';
import { convertedValue, isConvertible, withType } from './definitions/conversion.rules.js';
import { contentOf, differences } from './definitions/definition-form.rules.js';
import type { DefinitionRow, FieldContent, TypeWish } from './definitions/definition.types.js';
import { convertedField, conventionsOf } from './converted-field.js';
import { FieldValuesRepository } from './field-values.repository.js';
import { convertFieldJob } from './jobs/convert-field.job.js';

/** Most records that a preview looks at. */
const PREVIEWED = 5_000;

/** How many values that don't fit a preview shows. */
const SAMPLES = 20;

const BATCH = 500;

/** What a change of type would do, among the records that the caller sees. */
export interface TypePreview {
  /** Records looked at. */
  checked: number;
  /** Whether these are all that the caller sees. */
  complete: boolean;
  /** Records whose value fits, those without one, and those whose value would be emptied. */
  fits: number;
  empty: number;
  misfits: number;
  samples: { record: string; value: unknown; message: string }[];
}

/** Changes the type of fields that have values. */
@Injectable()
export class TypeChangesService {
  constructor(
    @Inject(CustomFieldsService) private readonly fields: CustomFieldsService,
    @Inject(CustomFieldsRepository) private readonly repository: CustomFieldsRepository,
    @Inject(FieldValuesRepository) private readonly values: FieldValuesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordAccess) private readonly access: RecordAccess,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FieldUses) private readonly uses: FieldUses,
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Tries a change of type on the records that the caller sees. @throws ProblemError 403, 404, 409, 422 */
  async preview(id: string, wish: TypeWish): Promise<TypePreview> {
    const { row, content, snapshot } = await this.planned(id, wish);
    const { descriptor } = await this.records.reader.contextFor(row.object);
    const from = descriptor.byKey.get(CUSTOM_PREFIX + row.name)!;
    const to = convertedField(content, row.id, 0, countryOf(snapshot.settings.locale));
    const plan = this.records.reader.plan(descriptor, [from.key]);
    const seenOf = (ids: string[]) => this.records.reader.visibleIds(row.object, ids);
    const out: TypePreview = { checked: 0, complete: true, fits: 0, empty: 0, misfits: 0, samples: [] };
    for (let after: string | null = null; ; ) {
      const found = await this.units.run((uow) => this.values.living(uow, plan, after, BATCH));
      const seen = new Set(found.length ? await seenOf(found.map((record) => record.id)) : []);
      for (const record of found) if (seen.has(record.id)) judge(out, record, from, to, snapshot);
      if (found.length < BATCH) return out;
      after = found.at(-1)!.id;
      if (out.checked >= PREVIEWED) return { ...out, complete: false };
    }
  }

  /**
   * Changes the type of a field by a bulk job. Nobody can change its values meanwhile. Values that don't fit are emptied, as
   * changes with events, and are the failed rows of the job.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 403, 404, 409 if something uses the field, 412, 422
   */
  async start(
    id: string,
    wish: TypeWish,
    personal: PersonalUses,
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<{ id: string; status: string; total: number }> {
    const { row: planned, content, snapshot } = await this.planned(id, wish);
    if (!seesAllValues(this.access, planned.object, CUSTOM_PREFIX + planned.name, snapshot))
      throw notAllSeen(planned.label);
    const { body } = await this.records.unit(idempotency, async (uow) => {
      await uow.bumpAccessVersion();
      const row = await this.fields.held(uow, id, ifMatch, wish);
      const uses = await this.uses.of(uow, row.object, CUSTOM_PREFIX + row.name, personal);
      if (uses.length) throw fieldInUse(row.label, uses);
      const { descriptor } = await this.records.reader.contextFor(row.object);
      const slot = await this.repository.newSlot(uow, row.object);
      const job = newId();
      await this.repository.beginConversion(uow, id, { type: content.type, slot, job });
      const started = await this.jobs.start(uow, convertFieldJob, {
        id: job,
        kind: 'customField',
        object: row.object,
        action: 'changeType',
        request: { field: id, slot, content },
        total: await this.values.count(uow, descriptor),
      });
      await this.fields.log(uow, id, 'customFieldChanged', {
        object: { after: row.object },
        name: { after: row.name },
        ...differences(contentOf(row), content),
      });
      return { status: 202, body: started };
    });
    this.directory.forget(requireTenant());
    return body;
  }

  /** Returns the field and what it would become. */
  private async planned(
    id: string,
    wish: TypeWish,
  ): Promise<{ row: DefinitionRow; content: FieldContent; snapshot: TenantSnapshot }> {
    const row = await this.fields.row(id);
    if (row.deletedAt) throw isDeleted(row.label);
    const snapshot = await this.directory.current();
    const key = CUSTOM_PREFIX + row.name;
    const isComputed = row.settings.computed !== undefined;
    if (
      isComputed ||
      !isConvertible(SERVER_FIELD_TYPES[row.type]) ||
      !isConvertible(SERVER_FIELD_TYPES[wish.type])
    )
      throw typeNotConvertible(row.label);
    if (this.records.reader.registry.forTenant(row.object, snapshot).byKey.get(key)?.cipher)
      throw isEncrypted(row.label);
    if (!this.access.rules(row.object, snapshot).canFilter(key)) throw notAllSeen(row.label);
    const content = this.fields.withPresets(withType(contentOf(row), wish), snapshot);
    const problems: FieldProblem[] = await this.fields.problems(content, snapshot, contentOf(row), true);
    if (problems.length) throw unprocessable(problems);
    return { row, content, snapshot };
  }
}

function judge(
  out: TypePreview,
  record: { id: string; state: Record<string, unknown> },
  from: FieldDescriptor,
  to: FieldDescriptor,
  snapshot: TenantSnapshot,
): void {
  const value = record.state[from.key] ?? null;
  out.checked++;
  if (value === null || (Array.isArray(value) && !value.length)) {
    out.empty++;
    return;
  }
  const converted = convertedValue(value, from, to, conventionsOf(snapshot));
  if (!('problem' in converted)) {
    out.fits++;
    return;
  }
  out.misfits++;
  if (out.samples.length < SAMPLES)
    out.samples.push({ record: record.id, value, message: converted.problem.message });
}
