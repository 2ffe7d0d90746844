import type { UnitOfWork } from '../../db/unit-of-work.js';
import { newId } from '../describe/index.js';
import type { WriteAsker, WriteMode } from './participants.js';
import type { ReferrerPolicy } from './referrers.js';
import type { CascadeJob } from './write-row.js';

/** A deletion or restoration whose effects on other records are too many for one transaction. */
export interface Cascade {
  operation: 'delete' | 'restore';
  /** The object of the records that were deleted or restored. */
  object: string;
  policy: ReferrerPolicy;
  mode: WriteMode;
  asks: WriteAsker;
  /** When the records were deleted or restored. If they are deleted again later, that is another cascade. */
  at: string;
}

/** Accepts cascades as jobs. */
export interface CascadeJobs {
  /**
   * Accepts the cascade in the transaction of the deletion or restoration.
   * @param total number of records to change
   */
  enqueue(uow: UnitOfWork, id: string, cascade: Cascade, total: number): Promise<CascadeJob>;
}

/** Hands deletions and restorations that change many other records to a job. See docs/adr/0039-growth.md. */
export class Cascades {
  private jobs: CascadeJobs | undefined;

  /** @param limit number of other records that one transaction may change */
  constructor(readonly limit: number) {}

  /** Says who runs the jobs. Without anybody, every cascade is part of its own transaction. */
  register(jobs: CascadeJobs): void {
    this.jobs = jobs;
  }

  /** Whether that many other records are changed by a job. */
  isTooLarge(size: number): boolean {
    return this.jobs !== undefined && size > this.limit;
  }

  /**
   * Leaves the records that are affected by the rows to a job.
   * @param rows the records that are deleted or restored
   * @param total how many others are affected, as far as the actor may know
   */
  async defer(uow: UnitOfWork, cascade: Cascade, rows: { id: string }[], total: number): Promise<CascadeJob> {
    const id = newId();
    const ids = rows.map((row) => row.id);
    await addTargets(uow, id, cascade.object, new Map(ids.map((root) => [root, new Set([root])])));
    return this.jobs!.enqueue(uow, id, cascade, total);
  }
}

/** Adds deleted or restored records to a cascade, each with the deletions that caused its own. */
export async function addTargets(
  uow: UnitOfWork,
  cascade: string,
  object: string,
  targets: Map<string, Set<string>>,
): Promise<void> {
  const rows = [...targets].map(([id, roots]) => ({ id, roots: [...roots] }));
  await uow.run({
    text: `insert into cascade_target (tenant_id, cascade_id, object, record_id, root_ids)
           select $1, $2, $3, t.id, t.roots from jsonb_to_recordset($4::jsonb) as t(id uuid, roots uuid[])
           on conflict do nothing`,
    values: [uow.tenantId, cascade, object, JSON.stringify(rows)],
  });
}
