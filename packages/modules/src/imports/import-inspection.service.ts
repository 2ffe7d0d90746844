import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { RecordRegistry } from '@pellucid/platform/records';
import { ImportAccess } from './import-access.js';
import { ImportFiles } from './import-files.js';
import type { ImportOptions, InspectOptions } from './import-options.schema.js';
import { ImportsRepository } from './imports.repository.js';
import type { ImportFile } from './imports.types.js';
import { type Inspection, inspectTable } from './inspection.js';
import { isImportable } from './mapping/import-targets.js';
import { type Dialect, sniffTable } from './tables/table-file.js';
import { asProblems } from './tables/table-problems.js';

/** A file and how it is read. */
export type InspectedFile = {
  fileId: string;
  name: string;
  size: number;
  dialect: Dialect;
  /** The options chosen last time for a file with these columns. */
  previous: ImportOptions | null;
} & Inspection;

/** Tells people what is in a file before they import it. */
@Injectable()
export class ImportInspectionService {
  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ImportAccess) private readonly access: ImportAccess,
  ) {}

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
      .map((d) => this.access.writable(d, snapshot));
    if (options.object !== undefined) this.access.objectOf(options.object, snapshot);
    const isKept = 'fileId' in upload;
    const source = isKept
      ? await this.files.source(upload.fileId, currentContext().actor.id)
      : { file: upload, ...this.files.bytes(upload) };
    const dialect = await asProblems(sniffTable(source, options));
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
}
