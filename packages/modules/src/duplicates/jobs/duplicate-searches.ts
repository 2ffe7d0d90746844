import { Inject, Injectable } from '@nestjs/common';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict } from '@pellucid/platform/errors';
import { BulkJobs, BulkJobsRepository, type BulkJobState, isOpen } from '@pellucid/platform/jobs';
import { FIND_KIND, findDuplicatesJob } from './find-duplicates.job.js';

/** Requests searches for duplicates in existing data. They are bulk jobs: people see their progress and can pause them. */
@Injectable()
export class DuplicateSearches {
  constructor(
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(BulkJobsRepository) private readonly all: BulkJobsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Returns the latest search, whoever requested it; undefined if there was none. */
  async last(): Promise<BulkJobState | undefined> {
    return (await this.all.page({ kind: FIND_KIND, startedBy: null }, 1))[0];
  }

  /** Requests a search. A search that is open notices by itself that rules have changed. */
  start(uow: UnitOfWork): Promise<{ id: string; status: 'queued'; total: number }> {
    return this.jobs.start(uow, findDuplicatesJob, {
      kind: FIND_KIND,
      object: null,
      action: 'find',
      request: {},
      total: 0,
    });
  }

  /** Requests a search for somebody. @throws ProblemError 409 if one is open */
  request(): Promise<{ id: string; status: 'queued'; total: number }> {
    return this.units.run(async (uow) => {
      await uow.run({
        text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
        values: [`find duplicates ${uow.tenantId}`],
      });
      const last = await this.last();
      if (last && isOpen(last.status))
        throw conflict(
          'searchRunning',
          'A search for duplicates is already running. Follow or stop that job first.',
        );
      return this.start(uow);
    });
  }
}
