import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict, forbidden, ProblemError, pointer, unprocessable } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import {
  CursorSealer,
  FIELD_ACCESS,
  type FieldAccess,
  type IdempotencyRequest,
  instant,
  newId,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { StoredFileMissingError } from '@pellucid/platform/storage';
import { planImport } from './engine/import-plan.js';
import { importRights, withheldKeys } from './engine/import-rights.js';
import { errorHeader, errorLines } from './errors-csv.js';
import { ImportFiles } from './import-files.js';
import type { ImportOptions, InspectOptions } from './import-options.schema.js';
import { type ImportFile, type ImportRun, ImportsRepository } from './imports.repository.js';
import { type Inspection, inspectTable } from './inspection.js';
import { runImportJob } from './jobs/run-import.job.js';
import { isImportable } from './mapping/import-targets.js';
import { type Dialect, openTable, sniffTable, type TableSource } from './tables/table-file.js';
import { TableRefusedError } from './tables/table-refused.js';

/** A file and how it is read. */
export type InspectedFile = { fileId: string; name: string; size: number; dialect: Dialect } & Inspection;

const ERROR_PAGE = 1000;

/** How long texts of rows are kept after an import's end: time to mend a file, and no longer. */
export const ROWS_KEPT_DAYS = 30;

/** What people do with imports. Everything runs as the context's member or API key. */
@Injectable()
export class ImportsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Tells what a file holds, and keeps it so that an import can name it.
   * @param upload a received file, or the id of a kept one
   * @throws ProblemError 422 when it is no table
   */
  async inspect(upload: ImportFile | { fileId: string }, options: InspectOptions): Promise<InspectedFile> {
    const snapshot = await this.directory.current();
    const descriptors = this.registry
      .all()
      .filter(isImportable)
      .map((d) => this.writable(this.registry.forTenant(d.key, snapshot), snapshot));
    if (options.object !== undefined) this.objectOf(options.object, snapshot);
    const isKept = 'fileId' in upload;
    const source = isKept
      ? await this.files.source(upload.fileId, currentContext().actor.id)
      : { file: upload, ...this.files.bytes(upload) };
    const dialect = await this.sniff(source, options);
    const found = await asProblems(
      inspectTable(source, dialect, descriptors, options, snapshot.settings.locale),
    );
    if (!isKept) await this.files.keep(upload);
    return { fileId: source.file.id, name: source.file.name, size: source.file.size, dialect, ...found };
  }

  /**
   * Takes an import on.
   * @param upload a received file, or the id of a kept one
   * @returns its id; the same again for a repeated request with the same Idempotency-Key
   * @throws ProblemError 422 with pointers into the options, 403 without the rights, 404 for a file that is not there
   */
  async start(
    upload: ImportFile | { fileId: string },
    options: ImportOptions,
    idempotency?: IdempotencyRequest,
  ): Promise<{ id: string }> {
    const snapshot = await this.directory.current();
    const descriptor = this.objectOf(options.object, snapshot);
    this.assertAllowed(descriptor, options, snapshot);
    const isKept = 'fileId' in upload;
    const source = isKept
      ? await this.files.source(upload.fileId, currentContext().actor.id)
      : { file: upload, ...this.files.bytes(upload) };
    const dialect = await this.sniff(source, options);
    const table = await asProblems(openTable(source, dialect));
    await table.close();
    const { columns } = table;
    const { problems, plan } = planImport(options, columns, this.registry, (key) =>
      this.registry.forTenant(key, snapshot),
    );
    const { reader } = this.records;
    problems.push(...withheldKeys(plan, importRights(reader, await reader.contextFor(options.object))));
    if (problems.length) throw unprocessable(problems.slice(0, 50));
    for (const { reference, columnName } of plan.targets)
      if (
        reference?.unknown === 'create' &&
        !this.directory.may(snapshot, { object: reference.object, action: 'create' })
      )
        throw unprocessable([
          {
            pointer: pointer('options', 'references', columnName, 'unknown'),
            code: 'permissionMissing',
            message: `Your roles do not allow you to create ${this.registry.get(reference.object).pluralLabel.toLowerCase()}: choose "empty" or "error".`,
          },
        ]);
    const id = newId();
    const { actor } = currentContext();
    const answered = await this.records.unit(idempotency, async (uow) => {
      if (!isKept) await this.files.keep(upload, uow);
      const job = await this.jobs.enqueue(
        uow,
        runImportJob,
        { importId: id },
        { cause: { kind: 'import', id } },
      );
      const run = {
        id,
        object: options.object,
        mode: options.mode,
        fileId: source.file.id,
        options,
        dialect,
        columns,
        jobId: job.id,
      };
      await this.repository.addRun(uow, run, actor.id);
      return { status: 202, body: { id } };
    });
    if (answered.replayed && !isKept) await this.files.discard(upload);
    return answered.body;
  }

  /** The import. @throws ProblemError 404 */
  get(id: string): Promise<ImportRun> {
    return this.repository.get(id);
  }

  /** A page of imports, newest first. */
  async list(limit: number, cursor?: string): Promise<{ runs: ImportRun[]; nextCursor: string | null }> {
    const binding = `imports ${requireTenant()}`;
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const found = await this.repository.page(
      limit + 1,
      position && { createdAt: position.values[0]!, id: position.id },
    );
    const runs = found.slice(0, limit);
    const last = runs.at(-1);
    return {
      runs,
      nextCursor:
        found.length > limit && last
          ? this.cursors.seal({ values: [last.createdAt], id: last.id }, binding)
          : null,
    };
  }

  /** Stops an import; what is written stays. @throws ProblemError 404, 409 when it has ended */
  async cancel(id: string): Promise<ImportRun> {
    const before = await this.repository.get(id);
    const ended = await this.units.run((uow) => this.repository.end(uow, id, 'cancelled'));
    const after = await this.repository.get(id);
    if (!ended && after.status !== 'cancelled')
      throw conflict(
        'importEnded',
        `The import is ${before.status === 'failed' ? 'failed' : after.status}: there is nothing to stop.`,
      );
    return after;
  }

  /**
   * The failed rows as CSV, piece by piece: for whoever started the import, and for those who see everything that rows of it
   * may hold. @throws ProblemError 404, 403, 410 when they are past their time
   */
  async errors(id: string): Promise<AsyncGenerator<string>> {
    const run = await this.repository.get(id);
    await this.assertRowsShown(run);
    const { columns } = run;
    const { repository } = this;
    const texts = await repository.rowTexts(id);
    if (!texts)
      throw new ProblemError(
        410,
        'rowsForgotten',
        'The rows are not kept any more',
        `What failed rows held is kept for ${ROWS_KEPT_DAYS} days after the import's end: import the file again to see them.`,
      );
    return (async function* () {
      yield errorHeader(columns);
      for (let after = 0; ; ) {
        const rows = await repository.failedRows(id, texts, after, ERROR_PAGE);
        if (rows.length) yield errorLines(rows, columns.length);
        if (rows.length < ERROR_PAGE) return;
        after = rows.at(-1)!.row;
      }
    })();
  }

  /** The description with only the fields that the caller may fill: no other is suggested for a column. */
  private writable(descriptor: RecordDescriptor, snapshot: TenantSnapshot): RecordDescriptor {
    const rules = ['create', 'update'].map((action) => {
      const access = this.access.decide(descriptor.key, action, snapshot);
      return access.rulesFor(-1);
    });
    const fields = descriptor.fields.filter((f) => rules.some((r) => r.canWrite(f.key)));
    return { ...descriptor, fields, byKey: new Map(fields.map((f) => [f.key, f])) };
  }

  /** Rows of a file are nobody's record, so that no scope and no mask fits them. */
  private async assertRowsShown(run: ImportRun): Promise<void> {
    const { actor, viewAs } = currentContext();
    if (run.createdBy?.id === actor.id && !viewAs) return;
    const snapshot = await this.directory.current();
    const context = await this.records.reader.contextFor(run.object);
    const { fields } = context.descriptor;
    const seesAll = [run.object, ...fields.flatMap((f) => f.references ?? [])].every((object) => {
      const { allowed, scope, rules } = context.access.decide(object, 'read', snapshot);
      const { fields: all } = this.registry.forTenant(object, snapshot);
      return allowed && !scope && (rules.allClear || all.every((f) => rules.read(f.key) === 'clear'));
    });
    if (!seesAll)
      throw forbidden(
        'rowsWithheld',
        'Rows of this file may hold what your roles withhold from you: only whoever started the import can get them.',
      );
  }

  private objectOf(key: string, snapshot: TenantSnapshot): RecordDescriptor {
    const importable = this.registry.all().filter(isImportable);
    if (!importable.some((d) => d.key === key))
      throw unprocessable([
        {
          pointer: '/options/object',
          code: 'unknownObject',
          message: `There is no object "${key.slice(0, 80)}" to import into. There are: ${importable.map((d) => d.key).join(', ')}.`,
        },
      ]);
    return this.registry.forTenant(key, snapshot);
  }

  private assertAllowed(
    descriptor: RecordDescriptor,
    { mode }: ImportOptions,
    snapshot: TenantSnapshot,
  ): void {
    const actions = mode === 'create' ? ['create'] : mode === 'update' ? ['update'] : ['create', 'update'];
    for (const action of ['import', ...actions]) {
      if (!this.directory.may(snapshot, { object: descriptor.key, action }))
        throw forbidden(
          'permissionMissing',
          `Your roles do not allow you to ${action} ${descriptor.pluralLabel.toLowerCase()}.`,
        );
    }
  }

  private sniff(
    source: TableSource,
    options: Pick<InspectOptions, 'encoding' | 'delimiter' | 'sheet'>,
  ): Promise<Dialect> {
    return asProblems(sniffTable(source, options));
  }
}

/** Turns the refusal of a file into a problem that names the part. */
async function asProblems<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TableRefusedError)
      throw unprocessable([{ pointer: '/file', code: 'notATable', message: error.message }]);
    if (error instanceof StoredFileMissingError)
      throw new ProblemError(
        404,
        'notFound',
        'Not found',
        'The uploaded file is not there any more: upload it again.',
      );
    throw error;
  }
}

/** Progress of an import, 0 to 1. */
export function progressOf(run: ImportRun): number {
  if (run.status === 'completed') return 1;
  if (!run.total) return 0;
  const done = run.pass === 1 ? Math.max(0, run.position - 1) / run.total : 0.99;
  return Math.round(Math.min(0.99, done) * 1000) / 1000;
}

/** Timestamps as answered. */
export function isoOrNull(raw: string | null): string | null {
  return raw === null ? null : instant(raw);
}
