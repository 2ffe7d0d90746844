import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { BulkJobs } from '@pellucid/platform/jobs';
import {
  type BulkQueue,
  type BulkRequest,
  type Cascade,
  type CascadeJob,
  listed,
  RecordService,
} from '@pellucid/platform/records';
import { BulkRepository } from './bulk.repository.js';
import { runBulkJob } from './jobs/run-bulk.job.js';
import { runCascadeJob } from './jobs/run-cascade.job.js';

/** Accepts changes of many records, and cascades over many records, as bulk jobs. */
@Injectable()
export class BulkService implements BulkQueue, OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(BulkRepository) private readonly repository: BulkRepository,
  ) {}

  onModuleInit(): void {
    this.records.writer.cascades.register({ enqueue: this.enqueueCascade.bind(this) });
  }

  /** Accepts the effects of a deletion or restoration on other records, in its transaction. */
  private enqueueCascade(uow: UnitOfWork, id: string, cascade: Cascade, total: number): Promise<CascadeJob> {
    const { cause } = currentContext();
    return this.jobs.start(uow, runCascadeJob, {
      id,
      kind: 'cascade',
      object: cascade.object,
      action: cascade.operation,
      request: cascade,
      total,
      causeId: cause.kind === 'bulk' ? cause.id : null,
    });
  }

  /**
   * Accepts the work in the unit of work, with its job and its selection.
   * @param total rows of the request; undefined for records found by a query, which are stored and counted here
   */
  async enqueue(
    uow: UnitOfWork,
    object: string,
    request: BulkRequest,
    total: number | undefined,
  ): Promise<{ id: string; status: string; total: number }> {
    const spec = { kind: 'bulk', object, action: request.action, request, total: total ?? 0 };
    const started = await this.jobs.start(uow, runBulkJob, spec);
    if (total !== undefined) return started;
    const selected = await this.repository.select(uow, started.id, (wrap) =>
      this.records.lists.idsStatement(object, listed(request), wrap),
    );
    await this.jobs.setTotal(uow, started.id, selected);
    return { ...started, total: selected };
  }
}
