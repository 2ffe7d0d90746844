import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { RecordRegistry } from '@pellucid/platform/records';
import { ImportAccess } from './import-access.js';
import { ImportFiles } from './import-files.js';
import type { ImportOptions, InspectOptions } from './import-options.schema.js';
import { reasonColumn } from './errors-csv.js';
import { ImportsRepository } from './imports.repository.js';
import type { ImportFile } from './imports.types.js';
import { type Inspection, inspectTable } from './inspection.js';
import { blankFile } from './mapping/blank-file.js';
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
  /** The import whose failed rows the file has, as `errors.csv` has them. */
  corrects: { id: string; fileName: string } | null;
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
   * Returns a CSV file to fill in, with the fields of an object that the caller can fill.
   * @throws ProblemError 403 without the right to import into it, 422 for an object that can't be imported
   */
  async blankFile(object: string): Promise<{ plural: string; content: string }> {
    const snapshot = await this.directory.current();
    const descriptor = this.access.objectOf(object, snapshot, '/object');
    this.access.assertMayImport(descriptor, snapshot);
    const content = blankFile(
      this.access.writable(descriptor, snapshot),
      (key) => this.registry.forTenant(key, snapshot),
      snapshot.settings.locale,
    );
    return { plural: descriptor.plural, content };
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
      .map((d) => this.access.writable(d, snapshot));
    if (options.object !== undefined) this.access.objectOf(options.object, snapshot);
    const isKept = 'fileId' in upload;
    const source = isKept
      ? await this.files.source(upload.fileId, currentContext().actor.id)
      : { file: upload, ...this.files.bytes(upload) };
    const dialect = await asProblems(sniffTable(source, options));
    const found = await asProblems(
      inspectTable(
        source,
        dialect,
        descriptors,
        { ...options, addsFields: this.directory.may(snapshot, { system: 'manageFields' }) },
        snapshot.settings,
      ),
    );
    if (!isKept) await this.files.keep(upload);
    const columns = found.columns.map(({ name }) => name);
    const previous = await this.repository.previous(currentContext().actor.id, columns);
    const corrects = previous && isCorrection(previous.columns, columns) ? previous : undefined;
    if (corrects) leaveOut(columns.at(-1)!, found);
    return {
      fileId: source.file.id,
      name: source.file.name,
      size: source.file.size,
      dialect,
      previous: previous?.options ?? null,
      corrects: corrects ? { id: corrects.id, fileName: corrects.fileName } : null,
      ...found,
    };
  }
}

/** Whether a file with the columns has the failed rows of an import: its columns, and the reason behind them. */
function isCorrection(imported: string[], columns: string[]): boolean {
  return (
    columns.length === imported.length + 1 &&
    columns.at(-1) === reasonColumn(imported) &&
    imported.every((name, at) => columns[at] === name)
  );
}

/** Takes back what is suggested for a column. */
function leaveOut(name: string, { columns, suggestions }: Inspection): void {
  for (const { mapping } of suggestions) delete mapping[name];
  const column = columns.find((one) => one.name === name);
  delete column?.suggestedField;
  delete column?.suggestedCustomField;
}
