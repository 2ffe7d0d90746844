import { Inject, Injectable } from '@nestjs/common';
import { currentContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict, ProblemError } from '@pellucid/platform/errors';
import { BulkJobs } from '@pellucid/platform/jobs';
import {
  type CauseSelector,
  type IdempotencyRequest,
  newId,
  RecordService,
  RecordUndo,
  type ShownConflict,
  type ShownForecast,
  type UndoCounts,
  type UndoOutcome,
} from '@pellucid/platform/records';
import { runUndoJob } from './jobs/run-undo.job.js';
import { UndoRepository } from './undo.repository.js';

/** Maximum number of changes that are undone within the request. */
export const UNDO_INLINE = 500;

/** The answer to an undo: done, or accepted as a bulk job. */
export type UndoAnswer =
  | { id: string; status: 'completed'; counts: UndoCounts; conflicts: ShownConflict[] }
  | { id: string; status: 'queued'; total: number };

/** Number of changes up to which a bulk job says how many there are. */
const MAX_COUNTED = 1_000_000;

type Accepted =
  | { id: string; status: 'completed'; counts: UndoCounts }
  | { id: string; status: 'queued'; total: number };

/** Undoes causes for the context's actor. */
@Injectable()
export class UndoService {
  constructor(
    @Inject(RecordUndo) private readonly records: RecordUndo,
    @Inject(RecordService) private readonly service: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(UndoRepository) private readonly repository: UndoRepository,
  ) {}

  /** Returns what an undo would do. @throws ProblemError 404 for a cause of which the caller may undo nothing */
  async preview(cause: CauseSelector): Promise<ShownForecast> {
    const size = await this.units.run((uow) => this.records.size(uow, cause, 1));
    if (!size) throw unknownCause();
    return this.records.preview(cause);
  }

  /**
   * Undoes a cause.
   * @throws ProblemError 404 for a cause of which the caller may undo nothing, 409 while somebody else undoes it or if nothing is
   *   left to undo
   */
  async undo(cause: CauseSelector, idempotency?: IdempotencyRequest): Promise<UndoAnswer> {
    const id = newId();
    const context = { ...currentContext(), cause: { kind: 'undo' as const, id } };
    let outcomes: UndoOutcome[] = [];
    const { body } = await runInContext(context, () =>
      this.service.unit<Accepted>(idempotency, async (uow) => {
        const size = await this.records.size(uow, cause, MAX_COUNTED);
        if (!size) throw unknownCause();
        await this.repository.begin(uow, id, cause);
        if (size > UNDO_INLINE) {
          const spec = { id, kind: 'undo', object: null, action: 'undo', request: cause, total: size };
          return { status: 202, body: await this.jobs.start(uow, runUndoJob, spec, context.cause) };
        }
        const done = await this.records.whole(uow, cause);
        if (!Object.values(done.counts).some((count) => count > 0))
          throw conflict('nothingToUndo', 'Nothing is left to undo: the records are as they were before.');
        outcomes = done.outcomes;
        return { status: 200, body: { id, status: 'completed', counts: done.counts } };
      }),
    );
    return body.status === 'queued' ? body : { ...body, conflicts: await this.records.conflicts(outcomes) };
  }
}

const unknownCause = () =>
  new ProblemError(
    404,
    'nothingFound',
    'Nothing found',
    'You have changed nothing that can be undone here. Check the ID and the period.',
  );
