import type { UnitOfWork } from '../../db/index.js';
import type { BulkJobState } from './bulk-job.types.js';

/** A bulk job that is done or has failed. */
export type EndedBulkJob = Pick<BulkJobState, 'id' | 'kind' | 'object' | 'action' | 'startedBy'> & {
  status: 'completed' | 'failed';
};

/** Receives the end of a bulk job in the transaction that ends it. */
export type BulkJobEndListener = (uow: UnitOfWork, job: EndedBulkJob) => Promise<void>;

/** Tells modules of the ends of bulk jobs that somebody started. Jobs that follow from others are left out. */
export class BulkJobEnds {
  private readonly listeners: BulkJobEndListener[] = [];

  /** Adds a listener, before the application starts. */
  listen(listener: BulkJobEndListener): void {
    this.listeners.push(listener);
  }

  /** @internal */
  async tell(uow: UnitOfWork, job: EndedBulkJob): Promise<void> {
    for (const listener of this.listeners) await listener(uow, job);
  }
}
