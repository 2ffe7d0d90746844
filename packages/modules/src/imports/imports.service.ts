import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict, forbidden, notFound } from '@pellucid/platform/errors';
import { CursorSealer, instant, RecordReader, RecordRegistry } from '@pellucid/platform/records';
import { ImportAccess } from './import-access.js';
import { ImportsRepository } from './imports.repository.js';
import type { ImportRun } from './imports.types.js';

/** Shows people imports, and stops them. */
@Injectable()
export class ImportsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(ImportAccess) private readonly access: ImportAccess,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns the import. People see their own imports. Others' imports are visible to those who may see everybody's
   * actions (`viewAudit`, or `manageSettings`) and all records of the object.
   * @throws ProblemError 404
   */
  async get(id: string): Promise<ImportRun> {
    const run = await this.shown(await this.repository.get(id));
    if (this.isOwn(run)) return run;
    const snapshot = await this.directory.current();
    if (!this.access.seesOthers(snapshot) || !this.access.readsAll(run.object, snapshot))
      throw notFound('The import');
    return run;
  }

  /** Returns an import with the name of who started it, as far as the caller may know it. */
  async shown(run: ImportRun): Promise<ImportRun> {
    await this.reader.nameMakers([run.createdBy]);
    return run;
  }

  /** Whether the caller started the import. */
  isOwn(run: ImportRun): boolean {
    return run.createdBy?.id === currentContext().actor.id;
  }

  /** Returns a page of the imports that {@link get} would return, newest first. */
  async list(limit: number, cursor?: string): Promise<{ runs: ImportRun[]; nextCursor: string | null }> {
    const binding = `imports ${requireTenant()}`;
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const snapshot = await this.directory.current();
    const seesOthers = this.access.seesOthers(snapshot);
    const found = await this.repository.page(limit + 1, {
      by: currentContext().actor.id,
      others: seesOthers
        ? this.registry
            .allForTenant(snapshot)
            .map(({ key }) => key)
            .filter((key) => this.access.readsAll(key, snapshot))
        : [],
      ...(position && { after: { createdAt: position.values[0]!, id: position.id } }),
    });
    const runs = found.slice(0, limit);
    await this.reader.nameMakers(runs.map(({ createdBy }) => createdBy));
    const last = runs.at(-1);
    return {
      runs,
      nextCursor:
        found.length > limit && last
          ? this.cursors.seal({ values: [last.createdAt], id: last.id }, binding)
          : null,
    };
  }

  /**
   * Cancels an import; what is written stays.
   * @throws ProblemError 404, 403 for others' imports, 409 when it has ended
   */
  async cancel(id: string): Promise<ImportRun> {
    const before = await this.get(id);
    if (
      !this.isOwn(before) &&
      !this.directory.may(await this.directory.current(), { system: 'manageSettings' })
    )
      throw forbidden(
        'importOfAnother',
        `${before.createdBy?.name || 'Someone else'} started this import. You can only stop your own imports.`,
      );
    const ended = await this.units.run((uow) => this.repository.end(uow, id, 'cancelled'));
    const after = await this.shown(await this.repository.get(id));
    if (!ended && after.status !== 'cancelled')
      throw conflict(
        'importEnded',
        `The import is ${before.status === 'failed' ? 'failed' : after.status}, so there is nothing to stop.`,
      );
    return after;
  }
}

/** Returns the progress of an import, from 0 to 1. */
export function progressOf(run: ImportRun): number {
  if (run.status === 'completed') return 1;
  if (!run.total) return 0;
  const done = run.pass === 1 ? Math.max(0, run.position - 1) / run.total : 0.99;
  return Math.round(Math.min(0.99, done) * 1000) / 1000;
}

/** Returns a timestamp in the form of responses. */
export function isoOrNull(raw: string | null): string | null {
  return raw === null ? null : instant(raw);
}
