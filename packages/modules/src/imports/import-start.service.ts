import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext, silently } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { pointer, unprocessable } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import {
  type IdempotencyRequest,
  newId,
  readerRights,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { planImport } from './engine/import-plan.js';
import { importRights, withheldKeys } from './engine/import-rights.js';
import { basisOf } from './engine/preview-basis.js';
import { ImportAccess } from './import-access.js';
import { ImportFiles } from './import-files.js';
import type { ImportOptions, ImportRequest } from './import-options.schema.js';
import { ImportsRepository } from './imports.repository.js';
import type { ImportFile } from './imports.types.js';
import { runImportJob } from './jobs/run-import.job.js';
import { PreviewCheck } from './preview-check.js';
import { openTable, sniffTable } from './tables/table-file.js';
import { asProblems } from './tables/table-problems.js';

/** An import that is a part of other work. */
export interface ImportWithin {
  /** The job that runs it, with the ImportRunner; otherwise it gets one of its own. */
  jobId: string;
  /** Notes the import, in the transaction that adds it. */
  note(uow: UnitOfWork, importId: string): Promise<unknown>;
}

/** Starts imports. They run as the context's member or API key. */
@Injectable()
export class ImportStartService {
  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ImportAccess) private readonly access: ImportAccess,
    @Inject(PreviewCheck) private readonly previews: PreviewCheck,
  ) {}

  /**
   * Starts an import.
   * @param upload a received file, or the id of a kept one
   * @param within the work that the import is a part of
   * @returns its id; the same id for a repeated request with the same Idempotency-Key
   * @throws ProblemError 422 with pointers into the options, 403 without the rights, 404 for a file that does not exist
   */
  start(
    upload: ImportFile | { fileId: string },
    { previewId, ...options }: ImportRequest,
    idempotency?: IdempotencyRequest,
    within?: ImportWithin,
  ): Promise<{ id: string }> {
    return this.begin(
      upload,
      options,
      { isPreview: false, previewId: previewId ?? null, within },
      idempotency,
    );
  }

  /**
   * Starts a preview, which takes the same path, is rolled back, and leaves only its report.
   * @returns its id; the same id for a repeated request with the same Idempotency-Key
   * @throws ProblemError as {@link start}
   */
  preview(
    upload: ImportFile | { fileId: string },
    options: ImportOptions,
    idempotency?: IdempotencyRequest,
  ): Promise<{ id: string }> {
    return this.begin(upload, options, { isPreview: true, previewId: null }, idempotency);
  }

  private async begin(
    upload: ImportFile | { fileId: string },
    options: ImportOptions,
    {
      isPreview,
      previewId,
      within,
    }: { isPreview: boolean; previewId: string | null; within?: ImportWithin | undefined },
    idempotency: IdempotencyRequest | undefined,
  ): Promise<{ id: string }> {
    const snapshot = await this.directory.current();
    const descriptor = this.access.objectOf(options.object, snapshot);
    this.access.assertAllowed(descriptor, options, snapshot);
    const isKept = 'fileId' in upload;
    const source = isKept
      ? await this.files.source(upload.fileId, currentContext().actor.id)
      : { file: upload, ...this.files.bytes(upload) };
    const dialect = await asProblems(sniffTable(source, options));
    const table = await asProblems(openTable(source, dialect));
    await table.close();
    const { columns } = table;
    const { problems, plan } = planImport(options, columns, (key) => this.registry.forTenant(key, snapshot));
    const { reader } = this.records;
    const context = await reader.contextFor(options.object);
    const rights = importRights(reader, context);
    problems.push(...withheldKeys(plan, rights));
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
    if (previewId) await this.previews.assertCurrent(previewId, source.file, options, plan);
    const id = newId();
    const { actor } = currentContext();
    const add = async (uow: UnitOfWork) => {
      if (!isKept) await this.files.keep(upload, uow);
      if (isPreview) await this.repository.dropPreviews(uow, actor.id);
      const cause = { kind: 'import', id } as const;
      const jobId =
        within?.jobId ?? (await this.jobs.enqueue(uow, runImportJob, { importId: id }, { cause })).id;
      const run = {
        id,
        object: options.object,
        mode: options.mode,
        fileId: source.file.id,
        options,
        dialect,
        columns,
        isPreview,
        previewId,
        rights: isPreview ? readerRights(context) : null,
        basis: isPreview ? basisOf(options.object, context, rights) : null,
        jobId,
      };
      await this.repository.addRun(uow, run, actor.id);
      await within?.note(uow, id);
      return { status: 202, body: { id } };
    };
    const unit = () => this.records.unit(idempotency, add);
    const answered = await (options.silent ? silently(unit) : unit());
    if (answered.replayed && !isKept) await this.files.discard(upload);
    return answered.body;
  }
}
