import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext } from '@pellucid/platform/context';
import { conflict, notFound } from '@pellucid/platform/errors';
import {
  covers,
  CursorSealer,
  readerRights,
  RecordRegistry,
  RecordService,
  type ShownChange,
} from '@pellucid/platform/records';
import { ImportRowsRepository } from './import-rows.repository.js';
import { rowsForgotten } from './imports.errors.js';
import { ImportsRepository } from './imports.repository.js';
import type { PreviewedRow } from './imports.types.js';
import { describedFor } from './reasons/described.js';
import { type ShownReason, shownReason } from './reasons/reason-message.js';

/** What a row of a file did, or would do. */
export interface ShownRow {
  row: number;
  status: PreviewedRow['status'];
  /** The record, if there is one that the caller sees; a preview makes none. */
  record: { id: string; name: string } | null;
  changes: ShownChange[];
  reasons: ShownReason[];
}

/** Shows imports and previews row by row. */
@Injectable()
export class ImportOutcomesService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportRowsRepository) private readonly rows: ImportRowsRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns a page of the rows of a preview or import, for the person who asked for it. A preview shows values as they were
   * shown to them then; an import keeps no changes, since they are in the histories of its records.
   * @param status only rows with this outcome
   * @throws ProblemError 404, also for imports of others; 409 once the caller's rights are narrower than when
   *   the preview was made; 410 when the rows have expired
   */
  async page(
    id: string,
    limit: number,
    status?: PreviewedRow['status'],
    cursor?: string,
  ): Promise<{ rows: ShownRow[]; nextCursor: string | null }> {
    const run = await this.repository.get(id);
    const { actor, viewAs } = currentContext();
    if (run.createdBy?.id !== actor.id || viewAs) throw notFound('The import');
    const texts = await this.repository.rowTexts(id);
    if (!texts) throw rowsForgotten();
    const binding = `outcomes of ${id} ${status ?? ''}`;
    const after = cursor === undefined ? 0 : Number(this.cursors.open(cursor, binding).values[0]);
    const { reader } = this.records;
    const context = await reader.contextFor(run.object);
    const then = run.rights;
    if (then && !covers(readerRights(context), then, Object.keys(then.shown)))
      throw conflict(
        'rightsNarrowed',
        'Since this preview was made, your rights to its records or fields have become narrower. Preview the file again.',
      );
    const found = await this.rows.previewed(id, texts, { after, limit: limit + 1, status });
    const rows = found.slice(0, limit);
    const names = await reader.visibleNames(
      run.object,
      rows.flatMap(({ record_id: recordId }) => recordId ?? []),
    );
    const described = describedFor(this.registry, await this.directory.current());
    return {
      rows: rows.map(({ row, status: outcome, record_id: recordId, changes, reasons }) => {
        const name = recordId === null ? undefined : names.get(recordId);
        const isGone = recordId !== null && name === undefined;
        return {
          row,
          status: outcome,
          record: recordId !== null && name !== undefined ? { id: recordId, name } : null,
          changes: isGone ? [] : changes.map(([field, before, after]) => ({ field, before, after })),
          reasons: (reasons ?? []).map((reason) => shownReason(reason, run.object, described)),
        };
      }),
      nextCursor:
        found.length > limit ? this.cursors.seal({ values: [String(rows.at(-1)!.row)], id }, binding) : null,
    };
  }
}
