import { Inject, Injectable } from '@nestjs/common';
import { numberNotation } from '@pellucid/conditions/locale-text';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  conflict,
  forbidden,
  notFound,
  ProblemError,
  pointer,
  unprocessable,
} from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import {
  allFieldsOf,
  CursorSealer,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldDescriptor,
  type IdempotencyRequest,
  instant,
  newId,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { StoredFileMissingError } from '@pellucid/platform/storage';
import { planImport } from './engine/import-plan.js';
import { ImportImpossibleError } from './engine/import-end.js';
import { RowCorrections } from './engine/row-corrections.js';
import { importRights, withheldKeys } from './engine/import-rights.js';
import { errorHeader, errorLines, errorsDialect } from './errors-csv.js';
import { rowsForgotten } from './imports.errors.js';
import { ImportFiles } from './import-files.js';
import type { ImportOptions, InspectOptions } from './import-options.schema.js';
import {
  type FailedRow,
  type ImportFile,
  type ImportRun,
  ImportsRepository,
  type RowResult,
} from './imports.repository.js';
import type { RowTexts } from './row-texts.js';
import { restoredConventions } from './values/column-conventions.js';
import { type Inspection, inspectTable } from './inspection.js';
import { runImportJob } from './jobs/run-import.job.js';
import { isImportable } from './mapping/import-targets.js';
import { type Dialect, openTable, sniffTable, type TableSource } from './tables/table-file.js';
import { TableRefusedError } from './tables/table-refused.js';

/** A file and how it is read. */
export type InspectedFile = {
  fileId: string;
  name: string;
  size: number;
  dialect: Dialect;
  /** The options chosen last time for a file with these columns. */
  previous: ImportOptions | null;
} & Inspection;

/** Failed rows, and the reasons for all failed rows of the import. */
export interface FailedRows {
  columns: string[];
  rows: FailedRow[];
  reasons: { kind: string; count: number; example: string }[];
  nextCursor: string | null;
}

const ERROR_PAGE = 1000;

/** What people do with imports. Everything runs as the context's member or API key. */
@Injectable()
export class ImportsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(RowCorrections) private readonly corrections: RowCorrections,
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
   * Inspects a file and keeps it, so that an import can refer to it.
   * @param upload a received file, or the id of a kept one
   * @throws ProblemError 422 when it is not a table
   */
  async inspect(upload: ImportFile | { fileId: string }, options: InspectOptions): Promise<InspectedFile> {
    const snapshot = await this.directory.current();
    const descriptors = this.registry
      .allForTenant(snapshot)
      .filter(isImportable)
      .map((d) => this.writable(d, snapshot));
    if (options.object !== undefined) this.objectOf(options.object, snapshot);
    const isKept = 'fileId' in upload;
    const source = isKept
      ? await this.files.source(upload.fileId, currentContext().actor.id)
      : { file: upload, ...this.files.bytes(upload) };
    const dialect = await this.sniff(source, options);
    const found = await asProblems(inspectTable(source, dialect, descriptors, options, snapshot.settings));
    if (!isKept) await this.files.keep(upload);
    const columns = found.columns.map(({ name }) => name);
    const previous = await this.repository.previous(currentContext().actor.id, columns);
    return {
      fileId: source.file.id,
      name: source.file.name,
      size: source.file.size,
      dialect,
      previous: previous?.options ?? null,
      ...found,
    };
  }

  /**
   * Starts an import or a dry run. A dry run takes the same path, is rolled back, and leaves only its report.
   * @param upload a received file, or the id of a kept one
   * @returns its id; the same id for a repeated request with the same Idempotency-Key
   * @throws ProblemError 422 with pointers into the options, 403 without the rights, 404 for a file that does not exist
   */
  async start(
    upload: ImportFile | { fileId: string },
    { dryRun: isDryRun, ...options }: ImportOptions & { dryRun?: boolean | undefined },
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
    const { problems, plan } = planImport(options, columns, (key) => this.registry.forTenant(key, snapshot));
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
            message: `Your roles don't let you create ${this.registry.forTenant(reference.object, snapshot).pluralLabel.toLowerCase()}: choose "empty" or "error".`,
          },
        ]);
    const id = newId();
    const { actor } = currentContext();
    const answered = await this.records.unit(idempotency, async (uow) => {
      if (!isKept) await this.files.keep(upload, uow);
      if (isDryRun) await this.repository.dropDryRuns(uow, actor.id);
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
        isDryRun: isDryRun ?? false,
        jobId: job.id,
      };
      await this.repository.addRun(uow, run, actor.id);
      return { status: 202, body: { id } };
    });
    if (answered.replayed && !isKept) await this.files.discard(upload);
    return answered.body;
  }

  /**
   * Returns the import. People see their own imports. Others' imports are visible to those who may see everybody's
   * actions (`viewAudit`, or `manageSettings`) and all records of the object.
   * @throws ProblemError 404
   */
  async get(id: string): Promise<ImportRun> {
    const run = await this.repository.get(id);
    if (this.isOwn(run)) return run;
    const snapshot = await this.directory.current();
    if (!this.seesOthers(snapshot) || !this.readsAll(run.object, snapshot)) throw notFound('The import');
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
    const seesOthers = this.seesOthers(snapshot);
    const found = await this.repository.page(limit + 1, {
      by: currentContext().actor.id,
      others: seesOthers
        ? this.registry
            .allForTenant(snapshot)
            .map(({ key }) => key)
            .filter((key) => this.readsAll(key, snapshot))
        : [],
      ...(position && { after: { createdAt: position.values[0]!, id: position.id } }),
    });
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
    const after = await this.repository.get(id);
    if (!ended && after.status !== 'cancelled')
      throw conflict(
        'importEnded',
        `The import is ${before.status === 'failed' ? 'failed' : after.status}, so there is nothing to stop.`,
      );
    return after;
  }

  /**
   * Returns a page of the failed rows, with the reasons for which rows failed. For the person who started the import,
   * and for those who may see everything that its rows may contain.
   * @param kind only rows that failed for this reason
   * @throws ProblemError 404, 403, 410 when the rows have expired
   */
  async failedRows(id: string, limit: number, kind?: string, cursor?: string): Promise<FailedRows> {
    const run = await this.get(id);
    await this.assertRowsShown(run);
    const texts = await this.textsOf(id);
    const binding = `import rows ${id} ${kind ?? ''}`;
    const after = cursor === undefined ? 0 : Number(this.cursors.open(cursor, binding).values[0]);
    const found = await this.repository.failedRows(id, texts, after, limit + 1, kind);
    const rows = found.slice(0, limit);
    return {
      columns: run.columns,
      rows,
      reasons: await this.repository.reasons(id, texts),
      nextCursor:
        found.length > limit ? this.cursors.seal({ values: [String(rows.at(-1)!.row)], id }, binding) : null,
    };
  }

  /**
   * Writes failed rows again with the corrected cells.
   * @throws ProblemError 404, 403 for imports of others, 409 for rows that did not fail, 410, 422 for rows of another
   *   width
   */
  async retry(id: string, edits: { row: number; cells: string[] }[]): Promise<RowResult[]> {
    const run = await this.get(id);
    if (!this.isOwn(run) || currentContext().viewAs)
      throw forbidden('importOfAnother', 'Only the person who started an import can correct its rows.');
    if (run.isDryRun)
      throw conflict('dryRun', 'A dry run writes nothing. Start the import, then correct its rows.');
    const snapshot = await this.directory.current();
    this.assertAllowed(this.objectOf(run.object, snapshot), run.options, snapshot);
    const errors = edits.flatMap(({ cells }, i) =>
      cells.length === run.columns.length
        ? []
        : [
            {
              pointer: pointer('rows', i, 'cells'),
              code: 'wrongWidth',
              message: `The file has ${run.columns.length} columns, but this row has ${cells.length} cells.`,
            },
          ],
    );
    if (errors.length) throw unprocessable(errors.slice(0, 50));
    try {
      return await this.corrections.write(id, edits);
    } catch (error) {
      // The description or the rights have changed since, so that the import can no longer run.
      if (error instanceof ImportImpossibleError) throw conflict('importImpossible', error.message);
      throw error;
    }
  }

  /**
   * Returns the failed rows as CSV, piece by piece, for the same people as {@link failedRows}. It is written like the
   * imported file, with each value in a form that can be read in only one way.
   * @throws ProblemError 404, 403, 410 when the rows have expired
   */
  async errors(id: string): Promise<AsyncGenerator<string>> {
    const run = await this.get(id);
    await this.assertRowsShown(run);
    const { columns } = run;
    const { repository } = this;
    const { settings } = await this.directory.current();
    const dialect = errorsDialect(run.dialect, numberNotation(settings.locale).decimalMark);
    const texts = await this.textsOf(id);
    const fields = await this.fieldsByColumn(run);
    const cleared = (text: string, at: number) => {
      const field = fields.get(at);
      const clear = field?.traits.cell.clear;
      return clear ? clear(text, restoredConventions(run.conventions[columns[at]!], settings)) : text;
    };
    return (async function* () {
      yield errorHeader(columns, dialect);
      for (let after = 0; ; ) {
        const rows = await repository.failedRows(id, texts, after, ERROR_PAGE);
        if (rows.length) yield errorLines(rows, columns.length, dialect.delimiter, cleared);
        if (rows.length < ERROR_PAGE) return;
        after = rows.at(-1)!.row;
      }
    })();
  }

  /** Returns the fields that columns fill, by position; none if the description no longer fits. */
  private async fieldsByColumn(run: ImportRun): Promise<Map<number, FieldDescriptor>> {
    const snapshot = await this.directory.current();
    const { plan } = planImport(run.options, run.columns, (key) => this.registry.forTenant(key, snapshot));
    return new Map(plan.targets.map(({ column, field }) => [column, field]));
  }

  private async textsOf(id: string): Promise<RowTexts> {
    const texts = await this.repository.rowTexts(id);
    if (!texts) throw rowsForgotten();
    return texts;
  }

  private seesOthers(snapshot: TenantSnapshot): boolean {
    return ['viewAudit', 'manageSettings'].some((system) => this.directory.may(snapshot, { system }));
  }

  /** Whether the caller may read all records of the object: the number of imported rows reveals that each exists. */
  private readsAll(object: string, snapshot: TenantSnapshot): boolean {
    const { allowed, scope } = this.access.decide(object, 'read', snapshot);
    return allowed && !scope;
  }

  /** Returns the description with only those fields that the caller may fill; no others are suggested for a column. */
  private writable(descriptor: RecordDescriptor, snapshot: TenantSnapshot): RecordDescriptor {
    const rules = ['create', 'update'].map((action) => {
      const access = this.access.decide(descriptor.key, action, snapshot);
      return access.rulesFor(-1);
    });
    const mayWrite = ({ key }: { key: string }) => rules.some((r) => r.canWrite(key));
    const fields = descriptor.fields.filter(mayWrite);
    const lines = descriptor.lines
      .filter(mayWrite)
      .map((own) => ({ ...own, fields: own.fields.filter(mayWrite) }));
    return { ...descriptor, fields, byKey: new Map(fields.map((f) => [f.key, f])), lines };
  }

  /** Rows of a file are not records, so neither scopes nor masking can be applied to them. */
  private async assertRowsShown(run: ImportRun): Promise<void> {
    const { actor, viewAs } = currentContext();
    if (run.createdBy?.id === actor.id && !viewAs) return;
    const snapshot = await this.directory.current();
    const context = await this.records.reader.contextFor(run.object);
    const fields = allFieldsOf(context.descriptor);
    const seesAll = [run.object, ...fields.flatMap((f) => f.references ?? [])].every((object) => {
      const { allowed, scope, rules } = context.access.decide(object, 'read', snapshot);
      const all = allFieldsOf(this.registry.forTenant(object, snapshot));
      return allowed && !scope && (rules.allClear || all.every((f) => rules.read(f.key) === 'clear'));
    });
    if (!seesAll)
      throw forbidden(
        'rowsWithheld',
        "Rows of this file may contain data your roles don't show you. Only the person who started the import can get them.",
      );
  }

  private objectOf(key: string, snapshot: TenantSnapshot): RecordDescriptor {
    const importable = this.registry.allForTenant(snapshot).filter(isImportable);
    const found = importable.find((d) => d.key === key);
    if (!found)
      throw unprocessable([
        {
          pointer: '/options/object',
          code: 'unknownObject',
          message: `There is no object "${key.slice(0, 80)}" to import into. There are: ${importable.map((d) => d.key).join(', ')}.`,
        },
      ]);
    return found;
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
          `Your roles don't let you ${action} ${descriptor.pluralLabel.toLowerCase()}.`,
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

/** Converts the refusal of a file to a problem that names the part. */
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
        'The uploaded file is no longer available. Upload it again.',
      );
    throw error;
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
