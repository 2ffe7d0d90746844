import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { forbidden } from '@pellucid/platform/errors';
import type { BulkStep } from '@pellucid/platform/jobs';
import {
  collectionOf,
  type FilterContext,
  RecordExtracts,
  RecordReader,
  securityEventStatements,
  readerRights,
} from '@pellucid/platform/records';
import { ExportFiles } from './export-files.js';
import { EXPORT, EXPORTED_BY } from './export-rights.js';
import { exportTooLarge, rowsDiffer } from './exports.errors.js';
import { type ExportRun, ExportsRepository } from './exports.repository.js';
import { type FileFormat, formatOf, type FormatState } from './formats/index.js';

/** Records that one part of a file has at most. */
const PART_RECORDS = 5_000;
/** A part that is as large as this gets no further records. */
const PART_BYTES = 8 * 1024 * 1024;
/** Maximum size of a file. */
const MAX_BYTES = 2 * 1024 ** 3;
/** Parts whose rows are counted by one batch at the end. */
const COUNTED_PARTS = 50;

/** How far an export is. */
export interface ExportCursor {
  /** Records that are done. */
  at: number;
  /** Number of the next part. */
  part: number;
  state: FormatState;
  exported: number;
  leftOut: number;
  bytes: number;
  /** Set once everything is written: parts and rows that were counted. */
  counted?: { parts: number; rows: number };
}

/** Where an export starts. */
export const EXPORT_START: ExportCursor = { at: 0, part: 0, state: {}, exported: 0, leftOut: 0, bytes: 0 };

/** Writes the files of exports, a part at a time, and counts their rows at the end. */
@Injectable()
export class ExportWriter {
  constructor(
    @Inject(RecordExtracts) private readonly extracts: RecordExtracts,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ExportFiles) private readonly files: ExportFiles,
    @Inject(ExportsRepository) private readonly repository: ExportsRepository,
  ) {}

  /**
   * Does one batch.
   * @param partId announced, for the part that the batch writes
   * @param total number of the selected records
   * @throws ProblemError 403 when the person may no longer export, 422 when the file can't be written
   */
  async batch(
    uow: UnitOfWork,
    run: ExportRun,
    cursor: ExportCursor,
    partId: string,
    total: number,
  ): Promise<BulkStep<ExportCursor>> {
    const context = await this.reader.contextFor(run.object);
    this.assertAllowed(context);
    const format = formatOf(run, context.descriptor, context.snapshot.settings.zone, cursor.state);
    return cursor.counted
      ? this.count(uow, run, cursor, format, total)
      : this.write(uow, run, cursor, format, context, partId, total);
  }

  private async write(
    uow: UnitOfWork,
    run: ExportRun,
    cursor: ExportCursor,
    format: FileFormat,
    context: FilterContext,
    partId: string,
    total: number,
  ): Promise<BulkStep<ExportCursor>> {
    const { descriptor } = context;
    const keys = run.columns.keys.filter((key) => descriptor.byKey.has(key) || collectionOf(descriptor, key));
    const pieces = cursor.part === 0 ? [format.begin()] : [];
    let { at } = cursor;
    let exported = 0;
    let rows = 0;
    let bytes = 0;
    while (at < total && at - cursor.at < PART_RECORDS && bytes < PART_BYTES) {
      const ids = await this.repository.selected(uow, run.id, at);
      if (!ids.length) throw rowsDiffer();
      const { records } = await this.extracts.read(run.object, ids, keys, {
        action: EXPORT,
        deleted: run.options.deleted ?? false,
      });
      const written = format.rows(records);
      pieces.push(written.bytes);
      rows += written.rows;
      bytes += written.bytes.length;
      exported += records.length;
      at += ids.length;
    }
    const isLast = at >= total;
    if (isLast) pieces.push(format.end());
    const content = Buffer.concat(pieces);
    if (cursor.bytes + content.length > MAX_BYTES) throw exportTooLarge();
    const { size, secret } = await this.files.write(partId, content);
    const part = { id: partId, number: cursor.part, size, rows, secret };
    await this.repository.append(uow, run.id, part, readerRights(context, EXPORTED_BY));
    const leftOut = at - cursor.at - exported;
    const next: ExportCursor = {
      at,
      part: cursor.part + 1,
      state: format.state,
      exported: cursor.exported + exported,
      leftOut: cursor.leftOut + leftOut,
      bytes: cursor.bytes + size,
      ...(isLast && { counted: { parts: 0, rows: 0 } }),
    };
    return { counts: { exported, ...(leftOut && { leftOut }) }, next };
  }

  /** Reads the file as it is stored and compares its rows with those that were written. */
  private async count(
    uow: UnitOfWork,
    run: ExportRun,
    cursor: ExportCursor,
    format: FileFormat,
    total: number,
  ): Promise<BulkStep<ExportCursor>> {
    const parts = await this.repository.parts(run.id);
    const { parts: done, rows: before } = cursor.counted!;
    let rows = before;
    for (const part of parts.slice(done, done + COUNTED_PARTS)) {
      const found = format.count(await this.files.part(part), part.number === 0);
      if (found !== part.rows) throw rowsDiffer();
      rows += found;
    }
    const counted = { parts: Math.min(done + COUNTED_PARTS, parts.length), rows };
    if (counted.parts < parts.length) return { counts: {}, next: { ...cursor, counted } };
    const written = parts.reduce((sum, part) => sum + part.rows, 0);
    if (parts.length !== cursor.part || rows !== written || cursor.exported + cursor.leftOut !== total)
      throw rowsDiffer();
    await this.repository.complete(uow, run.id);
    await this.repository.forgetSelection(uow, run.id);
    await uow.together(
      securityEventStatements([
        {
          verb: 'exportCompleted',
          object: 'export',
          recordId: run.id,
          changes: {
            object: { after: run.object },
            format: { after: run.format },
            records: { after: cursor.exported },
            rows: { after: rows },
          },
        },
      ]),
    );
    return { counts: {}, result: { rows, bytes: cursor.bytes }, done: true };
  }

  private assertAllowed({ descriptor, snapshot }: FilterContext): void {
    for (const action of ['read', EXPORT])
      if (!this.directory.may(snapshot, { object: descriptor.key, action }))
        throw forbidden(
          'permissionMissing',
          `Your roles don't let you ${action} ${descriptor.pluralLabel.toLowerCase()}.`,
        );
  }
}
