import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { CustomFieldsService } from '@pellucid/modules/custom-fields';
import { type ImportFile, ImportFiles, type ImportRun, ImportsRepository } from '@pellucid/modules/imports';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant, runInContext, silently } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { notFound, ProblemError, unprocessable } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import {
  CursorSealer,
  type IdempotencyRequest,
  newId,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { addsToRecords, sourceNamed } from './catalogues/index.js';
import { runMoveJob } from './jobs/run-move.job.js';
import { filesExpired, moveEnded, moveStarted, nothingIncluded } from './moves.errors.js';
import { MovesRepository } from './moves.repository.js';
import type { MoveRun, MoveStep } from './moves.types.js';
import type { MovePlan, NewField, PlanChanges } from './planning/move-plan.js';
import { MovePlanner } from './planning/move-planner.js';
import { changedPlan } from './planning/plan-changes.rules.js';
import { PlanChecks } from './planning/plan-checks.js';
import { inOrder } from './running/move-order.js';

/** A move with its files, and the imports that bring them. */
export interface MoveState {
  move: MoveRun;
  steps: (MoveStep & { import: ImportRun | null })[];
}

/** What people do with moves. A move is its person's alone: its files may contain what roles hide from others. */
@Injectable()
export class MovesService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(MovesRepository) private readonly repository: MovesRepository,
    @Inject(MovePlanner) private readonly planner: MovePlanner,
    @Inject(PlanChecks) private readonly checks: PlanChecks,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(ImportsRepository) private readonly imports: ImportsRepository,
    @Inject(CustomFieldsService) private readonly fields: CustomFieldsService,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Plans a move and keeps its files.
   * @param source key of the system that the files come from; detected by default
   * @throws ProblemError 422 if no file is known
   */
  async create(uploads: ImportFile[], source: string | undefined): Promise<MoveState> {
    const planned = await this.planner.plan(uploads, source);
    const id = newId();
    await this.units.run(async (uow) => {
      for (const upload of uploads) await this.files.keep(upload, uow);
      await this.repository.add(
        uow,
        { id, source: planned.source.key, plan: planned.plan },
        currentContext().actor.id,
      );
    });
    return this.state(id);
  }

  /** Returns one of the caller's moves. @throws ProblemError 404 */
  async get(id: string): Promise<MoveRun> {
    const move = await this.repository.find(id, currentContext().actor.id);
    if (!move) throw notFound('The move');
    return move;
  }

  /** Returns one of the caller's moves with its progress. @throws ProblemError 404 */
  async state(id: string): Promise<MoveState> {
    const move = await this.get(id);
    const steps = await this.repository.steps(id);
    const runs = await Promise.all(
      steps.map(({ importId }) => (importId === null ? null : this.imports.get(importId))),
    );
    return { move, steps: steps.map((step, i) => ({ ...step, import: runs[i]! })) };
  }

  /** Returns a page of the caller's moves, newest first. */
  async list(limit: number, cursor?: string): Promise<{ moves: MoveRun[]; nextCursor: string | null }> {
    const binding = `moves ${requireTenant()}`;
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const found = await this.repository.page(
      currentContext().actor.id,
      limit + 1,
      position && { createdAt: position.values[0]!, id: position.id },
    );
    const moves = found.slice(0, limit);
    const last = moves.at(-1);
    return {
      moves,
      nextCursor:
        found.length > limit && last
          ? this.cursors.seal({ values: [last.createdAt], id: last.id }, binding)
          : null,
    };
  }

  /** Changes the plan of a move. @throws ProblemError 404, 409 once it has started, 422 */
  async change(id: string, changes: PlanChanges, idempotency?: IdempotencyRequest): Promise<MoveState> {
    await this.records.unit(idempotency, async (uow) => {
      const held = await this.repository.held(uow, id, currentContext().actor.id);
      if (!held) throw notFound('The move');
      if (held.status !== 'draft') throw moveStarted();
      const { plan, problems } = changedPlan(held.plan, changes);
      if (problems.length) throw unprocessable(problems.slice(0, 50));
      await this.repository.setPlan(uow, id, plan);
      return { status: 200, body: { id } };
    });
    return this.state(id);
  }

  /**
   * Starts a planned move: makes its fields, and enqueues the job. Everything that the job does has the move's id as
   * correlation id, so that it can be undone as a whole.
   * @throws ProblemError 404, 409 if it has started, 410 if its files are no longer kept, 422 with pointers into the plan
   */
  async start(id: string, idempotency?: IdempotencyRequest): Promise<MoveState> {
    const { status, plan: planned, source: key } = await this.get(id);
    const source = sourceNamed(key);
    if (status === 'draft') {
      const problems = await this.checks.problems(planned, source);
      if (problems.length) throw unprocessable(problems.slice(0, 50));
      await this.assertFilesKept(planned.files.filter(({ isIncluded }) => isIncluded));
    }
    const plan = status === 'draft' ? await this.withFields(id, planned) : planned;
    const snapshot = await this.directory.current();
    const ordered = inOrder(
      plan.files.map((file) => ({ ...file, isUpdate: addsToRecords(source, file.kind) })),
      (object) => this.registry.forTenant(object, snapshot),
    );
    if (!ordered.length) throw nothingIncluded();
    // People are not told of each record, and workflows don't start for what happened elsewhere.
    const begin = () =>
      this.records.unit(idempotency, async (uow) => {
        const held = await this.repository.held(uow, id, currentContext().actor.id);
        if (!held) throw notFound('The move');
        if (held.status !== 'draft') throw moveStarted();
        await this.repository.setPlan(uow, id, plan);
        const job = await this.jobs.enqueue(
          uow,
          runMoveJob,
          { moveId: id },
          { cause: { kind: 'import', id } },
        );
        await this.repository.start(uow, id, job.id, ordered);
        await this.files.hold(
          ordered.map(({ fileId }) => fileId),
          uow,
        );
        return { status: 202, body: { id } };
      });
    await runInContext({ ...currentContext(), correlationId: id }, () => silently(begin));
    return this.state(id);
  }

  /** Stops a move; what is brought stays. @throws ProblemError 404, 409 when it has ended */
  async cancel(id: string): Promise<MoveState> {
    const { steps } = await this.state(id);
    const ended = await this.units.run(async (uow) => {
      if (!(await this.repository.end(uow, id, 'cancelled'))) return false;
      for (const { importId, finishedAt } of steps)
        if (importId && !finishedAt) await this.imports.end(uow, importId, 'cancelled');
      await this.files.release(
        steps.map(({ fileId }) => fileId),
        uow,
      );
      return true;
    });
    if (!ended && (await this.get(id)).status !== 'cancelled') throw moveEnded();
    return this.state(id);
  }

  private async assertFilesKept(files: readonly { fileId: string }[]): Promise<void> {
    for (const { fileId } of files)
      await this.files.source(fileId).catch((error) => {
        throw error instanceof ProblemError && error.status === 404 ? filesExpired() : error;
      });
  }

  /** Makes the fields that a plan asks for. @returns the plan, with columns that fill them */
  private async withFields(id: string, plan: MovePlan): Promise<MovePlan> {
    const next = structuredClone(plan);
    for (const { object, columns, isIncluded } of next.files)
      for (const column of isIncluded ? columns : []) {
        if (!column.newField) continue;
        await this.makeField(id, object!, column.newField);
        Object.assign(column, { field: CUSTOM_PREFIX + column.newField.name, newField: null });
      }
    return next;
  }

  /**
   * Makes a field, unless an earlier attempt, or another move at the same time, has made it. It is noted first, so that a rollback
   * knows it whatever happens in between.
   */
  private async makeField(id: string, object: string, { name, label, type }: NewField): Promise<void> {
    const isThere = async () => {
      this.directory.forget(requireTenant());
      const snapshot = await this.directory.current();
      return this.registry.forTenant(object, snapshot).byKey.has(CUSTOM_PREFIX + name);
    };
    if (await isThere()) return;
    await this.units.run((uow) => this.repository.noteField(uow, id, { object, name }));
    try {
      await this.fields.create({ object, name, label, type });
    } catch (error) {
      if (!(error instanceof ProblemError) || !(await isThere())) throw error;
    }
    this.directory.forget(requireTenant());
  }
}
