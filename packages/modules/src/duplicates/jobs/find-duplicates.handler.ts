import { Inject } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  BulkJobRunner,
  type BulkStep,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { keyFormOf, matchPlans, RecordRegistry, textFormOf } from '@pellucid/platform/records';
import { PairFinder } from '../pairs/pair-finder.js';
import { PairsRepository } from '../pairs/pairs.repository.js';
import { DuplicateRulesRepository } from '../rules/duplicate-rules.repository.js';
import { findDuplicatesJob } from './find-duplicates.job.js';

const BATCH = 500;
/** Keys of former rules that are deleted at once. */
const CLEANED = 10_000;

/** How far a search is. */
interface Cursor {
  /** What the keys depend on that the search makes, by rule. Null before the first batch. */
  forms: { id: string; edition: number; form: string }[] | null;
  /** The objects that are left, the present one first. */
  objects: string[];
  after: string | null;
}

/**
 * Finds duplicates in existing records. It goes through the records of one object after the other, makes the keys of each
 * and compares it with those that have theirs already; so each pair is found when its later record is reached.
 */
@JobHandler(findDuplicatesJob)
export class FindDuplicatesHandler implements JobHandling<typeof findDuplicatesJob> {
  constructor(
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(DuplicateRulesRepository) private readonly rules: DuplicateRulesRepository,
    @Inject(PairsRepository) private readonly pairs: PairsRepository,
    @Inject(PairFinder) private readonly finder: PairFinder,
  ) {}

  async handle({ bulkJobId }: JobPayload<typeof findDuplicatesJob>, run: JobRun): Promise<void> {
    await this.runner.run<unknown, Cursor>(run, bulkJobId, {
      start: { forms: null, objects: [], after: null },
      batch: (uow, cursor) => this.batch(uow, cursor),
    });
  }

  private async batch(uow: UnitOfWork, cursor: Cursor): Promise<BulkStep<Cursor>> {
    const snapshot = await this.directory.current();
    const plans = matchPlans(this.registry, snapshot);
    if (cursor.forms === null) {
      if (await this.pairs.clean(uow, plans, CLEANED)) return { next: cursor, counts: {} };
      return this.begin(uow, snapshot);
    }
    const [object, ...rest] = cursor.objects;
    if (object === undefined) {
      await this.rules.noteForms(uow, cursor.forms);
      return { done: true, counts: {} };
    }
    // Rules may have changed while the search went on.
    if (!plans.some(({ sides }) => sides.has(object)))
      return { next: { ...cursor, objects: rest, after: null }, counts: {} };
    const { source } = this.registry.forTenant(object, snapshot);
    const rows = await uow.run<{ id: string }>({
      text: `select t.id from ${source} t where t.tenant_id = $1 and ($2::uuid is null or t.id > $2) order by t.id limit ${BATCH}`,
      values: [uow.tenantId, cursor.after],
    });
    const ids = rows.map(({ id }) => id);
    await this.finder.refresh(uow, object, ids, true);
    const next =
      ids.length < BATCH ? { ...cursor, objects: rest, after: null } : { ...cursor, after: ids.at(-1)! };
    return { next, counts: { compared: ids.length } };
  }

  private async begin(uow: UnitOfWork, snapshot: TenantSnapshot): Promise<BulkStep<Cursor>> {
    const plans = matchPlans(this.registry, snapshot);
    const textForm = textFormOf(snapshot.settings.locale);
    const objects = [...new Set(plans.flatMap(({ sides }) => [...sides.keys()]))];
    let total = 0;
    for (const object of objects) {
      const { source } = this.registry.forTenant(object, snapshot);
      const [row] = await uow.run<{ n: string }>({
        text: `select count(*) as n from ${source} t where t.tenant_id = $1`,
        values: [uow.tenantId],
      });
      total += Number(row!.n);
    }
    const forms = plans.map((plan) => ({
      id: plan.rule.id,
      edition: plan.rule.edition,
      form: keyFormOf(plan, textForm),
    }));
    return { next: { forms, objects, after: null }, counts: {}, total };
  }
}
