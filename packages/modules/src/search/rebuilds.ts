import { Inject, Injectable } from '@nestjs/common';
import { UnitOfWorkFactory, type UnitOfWork } from '@pellucid/platform/db';
import { conflict } from '@pellucid/platform/errors';
import { BulkJobs, BulkJobsRepository, isOpen } from '@pellucid/platform/jobs';
import { SearchClassesRepository } from './classes/search-classes.repository.js';
import { REBUILD_KIND, type RebuildRequest, rebuildSearchJob } from './jobs/rebuild.job.js';

/** How long a rebuild that failed or was stopped is not tried again by itself. */
const AN_HOUR_MS = 3_600_000;

/** Requests rebuilds of the index. They are bulk jobs: people see their progress and can pause them. */
@Injectable()
export class SearchRebuilds {
  constructor(
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(BulkJobsRepository) private readonly all: BulkJobsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(SearchClassesRepository) private readonly repository: SearchClassesRepository,
  ) {}

  /** Requests the documents of classes that have none, unless a rebuild is open or has just failed. */
  async requestMissing(uow: UnitOfWork): Promise<void> {
    const [last] = await this.all.page({ kind: REBUILD_KIND, startedBy: null }, 1);
    const isGivenUp =
      last !== undefined &&
      (last.status === 'failed' || last.status === 'cancelled') &&
      Date.parse(last.finishedAt ?? last.createdAt) > Date.now() - AN_HOUR_MS;
    if (!last || !(isOpen(last.status) || isGivenUp)) await this.start(uow, { all: false });
  }

  /** Requests all documents anew. @throws ProblemError 409 if a rebuild is open */
  requestAll(): Promise<{ id: string; status: 'queued'; total: number }> {
    return this.units.run(async (uow) => {
      await this.repository.lock(uow);
      const [last] = await this.all.page({ kind: REBUILD_KIND, startedBy: null }, 1);
      if (last && isOpen(last.status))
        throw conflict(
          'rebuildRunning',
          'The search index is already being rebuilt. Follow or stop that job first.',
        );
      return this.start(uow, { all: true });
    });
  }

  private start(uow: UnitOfWork, request: RebuildRequest) {
    return this.jobs.start(uow, rebuildSearchJob, {
      kind: REBUILD_KIND,
      object: null,
      action: 'rebuild',
      request,
      total: 0,
    });
  }
}
