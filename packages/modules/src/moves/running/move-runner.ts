import { Inject, Injectable } from '@nestjs/common';
import {
  finalReason,
  ImportEndedError,
  ImportFiles,
  ImportImpossibleError,
  ImportRunner,
  ImportsRepository,
  ImportStartService,
  isTheirs,
  oneImportAtATime,
} from '@pellucid/modules/imports';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext, requireTenant, runInContext } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import type { JobRun } from '@pellucid/platform/jobs';
import { RecordRegistry } from '@pellucid/platform/records';
import { type RecordFile, sourceNamed } from '../catalogues/index.js';
import { MovesRepository } from '../moves.repository.js';
import type { MoveRun, MoveStep } from '../moves.types.js';
import type { PlannedFile } from '../planning/move-plan.js';
import { LinkMaker } from './link-maker.js';
import { MoveEndedError } from './move-ended.error.js';
import { PreparedFiles } from './prepared-file.js';
import { StageHistoryStep } from './stage-history-step.js';
import { stepOptions } from './step-options.js';

/**
 * Runs a move from its last checkpoint to its end: first people and stages, then file by file. Each file of records is an
 * import, whose own checkpoints make it continue where it stopped.
 */
@Injectable()
export class MoveRunner {
  constructor(
    @Inject(MovesRepository) private readonly repository: MovesRepository,
    @Inject(LinkMaker) private readonly links: LinkMaker,
    @Inject(PreparedFiles) private readonly prepared: PreparedFiles,
    @Inject(StageHistoryStep) private readonly histories: StageHistoryStep,
    @Inject(ImportStartService) private readonly starts: ImportStartService,
    @Inject(ImportRunner) private readonly imports: ImportRunner,
    @Inject(ImportsRepository) private readonly importRuns: ImportsRepository,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** @throws MoveEndedError when it was stopped; any other error may be temporary */
  async run(moveId: string, job: JobRun): Promise<void> {
    const begun = await this.units.run((uow) => this.repository.begin(uow, moveId));
    if (!begun) throw new MoveEndedError();
    await this.makeLinks(moveId, job);
    for (const step of await this.repository.steps(moveId)) {
      if (step.finishedAt) continue;
      job.signal.throwIfAborted();
      const move = (await this.repository.find(moveId))!;
      if (move.status !== 'running') throw new MoveEndedError();
      await this.units.run((uow) => this.assertFilesKept(uow, moveId));
      await this.runStep(move, step, job);
      await this.units.run((uow) => this.repository.finishStep(uow, moveId, step.position));
    }
    await this.units.run(async (uow) => {
      if (!(await this.repository.end(uow, moveId, 'completed'))) throw new MoveEndedError();
      await this.files.release(await this.repository.filesOf(uow, moveId), uow);
      await job.completeIn(uow);
    });
  }

  /** Asserts that the files that are still to be brought are there. @throws ImportImpossibleError */
  private async assertFilesKept(uow: UnitOfWork, moveId: string): Promise<void> {
    const open = await this.repository.filesOf(uow, moveId, 'open');
    if (await this.files.isAnyGone(open, uow)) throw new ImportImpossibleError('fileGone');
  }

  private async makeLinks(moveId: string, job: JobRun): Promise<void> {
    const { links, plan, source } = (await this.repository.find(moveId))!;
    if (links) return;
    await this.units.run(
      async (uow, [, held]) => {
        if (held?.[0]?.status !== 'running') throw new MoveEndedError();
        await job.guard(uow);
        if (held[0].links) return;
        await this.assertFilesKept(uow, moveId);
        // Only one move at a time is here, so it sees whom and what the others made.
        const fresh = await this.links.refreshed(plan, sourceNamed(source));
        await this.repository.setLinks(uow, moveId, await this.links.make(uow, fresh));
      },
      [oneImportAtATime(requireTenant()), this.repository.hold(moveId)],
    );
    this.directory.forget(requireTenant());
  }

  private async runStep(move: MoveRun, step: MoveStep, job: JobRun): Promise<void> {
    const file = move.plan.files.find(({ fileId }) => fileId === step.fileId)!;
    const kind = sourceNamed(move.source).files.find(({ name }) => name === file.kind)!;
    if (step.brings === 'stageHistory' && kind.kind !== 'people')
      return this.histories.run(move, step, kind, job);
    if (kind.kind !== 'records') return;
    const importId = step.importId ?? (await this.startImport(move, step, file, kind, job));
    const { status } = await this.importRuns.get(importId);
    if (status !== 'queued' && status !== 'running') return;
    const cause = { kind: 'import', id: importId } as const;
    await runInContext({ ...currentContext(), cause }, () => this.runImport(importId, job));
  }

  private async startImport(
    move: MoveRun,
    step: MoveStep,
    file: PlannedFile,
    kind: RecordFile,
    job: JobRun,
  ): Promise<string> {
    const snapshot = await this.directory.current();
    const descriptor = this.registry.forTenant(file.object!, snapshot);
    const source = sourceNamed(move.source);
    const prepared = await this.prepared.prepare({ kind, file, source, descriptor }, () =>
      job.signal.throwIfAborted(),
    );
    const brought = move.plan.files.flatMap((one) => (one.isIncluded && one.object ? [one.object] : []));
    const options = stepOptions({
      kind,
      file,
      plan: move.plan,
      links: move.links!,
      brought: new Set(brought),
      descriptor,
    });
    const { id } = await this.starts.start(prepared.file, options, undefined, {
      jobId: job.id,
      note: (uow, importId) =>
        this.repository.setImport(uow, move.id, step.position, importId, prepared.skipped),
    });
    return id;
  }

  /** Runs an import to its end. One that fails for good ends alone: the report says why. */
  private async runImport(importId: string, job: JobRun): Promise<void> {
    try {
      await this.imports.run(importId, {
        signal: job.signal,
        guard: (uow) => job.guard(uow),
        // The job goes on with the next file.
        completeIn: async () => {},
      });
    } catch (error) {
      if (error instanceof ImportEndedError) return;
      const reason = finalReason(error, job);
      if (reason === undefined) throw error;
      await this.units.run((uow) => this.importRuns.end(uow, importId, 'failed', reason));
      if (!isTheirs(error)) throw error;
    }
  }
}
