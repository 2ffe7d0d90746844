import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import {
  type ImportFile,
  ImportFiles,
  importTarget,
  openTable,
  raggedness,
  sniffTable,
} from '@pellucid/modules/imports';
import { csvLines } from '@pellucid/platform/csv';
import { tidyText } from '@pellucid/conditions';
import { type FieldDescriptor, PEOPLE, type RecordDescriptor } from '@pellucid/platform/records';
import {
  type CellOf,
  columnOf,
  type RecordFile,
  type SourceColumn,
  type SourceSystem,
} from '../catalogues/index.js';
import { cellsOf, cellText, stageKey } from '../planning/file-contents.js';
import type { PlannedFile } from '../planning/move-plan.js';

/** A file as it is imported, and how many rows of the source's file are not in it. */
export interface PreparedFile {
  file: ImportFile;
  skipped: Record<string, number>;
}

/** What a prepared file is made of. */
export interface FileToPrepare {
  kind: RecordFile;
  file: PlannedFile;
  source: SourceSystem;
  descriptor: RecordDescriptor;
}

/** A column of a prepared file. */
interface PreparedColumn {
  column: string;
  source: SourceColumn | undefined;
  /** Put before ids of the source. */
  prefix: string;
  /** Put after times that name no zone. */
  zone: string;
}

/** Writes files as they are imported: with the mapped columns, without rows that are left out, cells as the catalogue reads them. */
@Injectable()
export class PreparedFiles {
  constructor(@Inject(ImportFiles) private readonly files: ImportFiles) {}

  /** Prepares a file. It is stored, and not yet kept. @param onRows called with every piece, to stop the work by an error */
  async prepare(
    { kind, file: planned, source: system, descriptor }: FileToPrepare,
    onRows: () => void,
  ): Promise<PreparedFile> {
    const source = await this.files.source(planned.fileId);
    const table = await openTable(source, await sniffTable(source));
    const mapped = planned.columns
      .filter(({ field }) => field !== null)
      .map(({ name, field }): PreparedColumn => {
        const own = columnOf(kind, name);
        const known = own?.field === field ? own : undefined;
        const target = importTarget(descriptor, field!);
        const isId = field === 'externalId' || (known && isBySourceId(known, target));
        return {
          column: name,
          source: known,
          prefix: isId ? (system.idPrefix ?? '') : '',
          zone: system.zone === 'UTC' && target?.traits.family === 'datetime' ? 'Z' : '',
        };
      });
    const cells = cellsOf(table.columns, system);
    const skips = kind.skips?.();
    const skipped: Record<string, number> = {};
    const pieces = async function* () {
      yield csvLines([mapped.map(({ column }) => column)]);
      for await (const rows of table.rows) {
        onRows();
        const kept: string[][] = [];
        for (const row of rows) {
          const cell = cells(row);
          const reason = raggedness(row, table.columns.length) ? 'damaged' : skips?.(cell);
          if (reason) skipped[reason] = (skipped[reason] ?? 0) + 1;
          else kept.push(mapped.map((column) => preparedCell(column, cell)));
        }
        if (kept.length) yield csvLines(kept);
      }
    };
    const file = await this.files.receive(
      planned.name.replace(/\.[^.]+$/, '') + '.csv',
      Readable.from(pieces()),
    );
    return { file, skipped };
  }
}

/** Whether cells of the column hold ids of records of the source. */
const isBySourceId = ({ by }: SourceColumn, target: FieldDescriptor | undefined) =>
  target?.references !== undefined &&
  !target.lookupScope &&
  target.references !== PEOPLE &&
  !target.traits.isList &&
  by === undefined;

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

function preparedCell({ column, source, prefix, zone }: PreparedColumn, cell: CellOf): string {
  const text = source ? cellText(source, cell(column), cell) : cell(column);
  if (!text) return '';
  if (zone && WITHOUT_ZONE.test(text)) return text + zone;
  return source?.pipeline ? stageKey(tidyText(cell(source.pipeline)), tidyText(text)) : prefix + text;
}
