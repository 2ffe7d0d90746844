import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext, silently } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { conflict, forbidden, ProblemError } from '@pellucid/platform/errors';
import { BulkJobs } from '@pellucid/platform/jobs';
import {
  type CauseSelector,
  type IdempotencyRequest,
  newId,
  RecordService,
  RecordUndo,
  type ShownForecast,
} from '@pellucid/platform/records';
import { UndoRepository } from '@pellucid/modules/undo';
import type { ImportRun } from '../imports.types.js';
import { ImportsService } from '../imports.service.js';
import { rollBackImportJob } from './roll-back-import.job.js';
import { ImportRollbackRepository } from './import-rollback.repository.js';

/** Days after its end for which an import can be rolled back. */
export const ROLLBACK_DAYS = 30;

/** Whether something ended too long ago to be rolled back. */
export const isTooLateToRollBack = ({ finishedAt }: { finishedAt: string | null }): boolean =>
  finishedAt !== null && Date.now() - Date.parse(finishedAt) > ROLLBACK_DAYS * 86_400_000;

/** Takes imports back: what they created and changed, as far as others have not changed it since. */
@Injectable()
export class ImportRollbackService {
  constructor(
    @Inject(ImportsService) private readonly imports: ImportsService,
    @Inject(ImportRollbackRepository) private readonly repository: ImportRollbackRepository,
    @Inject(UndoRepository) private readonly undos: UndoRepository,
    @Inject(RecordUndo) private readonly undo: RecordUndo,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Returns what a rollback would do. @throws ProblemError as {@link start} */
  async preview(id: string): Promise<ShownForecast> {
    await this.assertPossible(await this.imports.get(id));
    return this.undo.preview(causeOf(id));
  }

  /**
   * Starts a rollback, as a job.
   * @throws ProblemError 404, 403 for imports of others, 409 for an import that has not ended, was rolled back or is a preview, 410
   *   after {@link ROLLBACK_DAYS}
   */
  async start(id: string, idempotency?: IdempotencyRequest): Promise<ImportRun> {
    const run = await this.imports.get(id);
    const begin = async (uow: UnitOfWork) => {
      await this.assertPossible(run);
      const rollbackId = newId();
      if (!(await this.repository.begin(uow, id, rollbackId))) throw inProgress();
      await this.undos.begin(uow, rollbackId, causeOf(id));
      const spec = {
        id: rollbackId,
        kind: 'importRollback',
        object: run.object,
        action: 'undo',
        request: { importId: id },
        total: run.created + run.updated + run.related,
      };
      await this.jobs.start(uow, rollBackImportJob, spec, { kind: 'undo', id: rollbackId });
      return { status: 202, body: { id } };
    };
    const unit = () => this.records.unit(idempotency, begin);
    await (run.options.silent ? silently(unit) : unit());
    return this.imports.get(id);
  }

  private async assertPossible(run: ImportRun): Promise<void> {
    const mayUndoOthers = this.directory.may(await this.directory.current(), { system: 'viewAudit' });
    if (currentContext().viewAs || (!this.imports.isOwn(run) && !mayUndoOthers))
      throw forbidden(
        'importOfAnother',
        'Only the person who started an import, or someone who may see the audit log, can roll it back.',
      );
    if (run.isPreview)
      throw conflict('preview', 'A preview writes nothing, so there is nothing to roll back.');
    if (run.status === 'queued' || run.status === 'running')
      throw conflict('importUnderWay', 'The import is still running. Stop it first, then roll it back.');
    if (run.status === 'rolling_back') throw inProgress();
    if (run.status === 'rolled_back')
      throw conflict('importRolledBack', 'This import has already been rolled back.');
    if (isTooLateToRollBack(run))
      throw new ProblemError(
        410,
        'rollbackExpired',
        'Too late to roll back',
        `An import can be rolled back for ${ROLLBACK_DAYS} days after its end.`,
      );
  }
}

const causeOf = (id: string): CauseSelector => ({ cause: { kind: 'import', id } });

const inProgress = () =>
  conflict('rollbackInProgress', 'This import is being rolled back already. Its page shows the progress.');
