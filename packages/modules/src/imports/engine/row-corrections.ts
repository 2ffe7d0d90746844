import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict } from '@pellucid/platform/errors';
import { rowsForgotten } from '../imports.errors.js';
import { ImportRowsRepository } from '../import-rows.repository.js';
import { ImportsRepository } from '../imports.repository.js';
import { isDuplicate } from '../reasons/reason.js';
import type { RowResult } from '../imports.types.js';
import type { TableRow } from '../tables/table-file.js';
import { restoredConventions } from '../values/column-conventions.js';
import { BatchPreparation, oneImportAtATime } from './batch-preparation.js';
import { byRecord } from './record-rows.js';

/** Most rows that are written again in one transaction: the given ones and the others of their records. */
const MOST_RETRIED = 5000;

/** Writes failed rows again after people corrected them. */
@Injectable()
export class RowCorrections {
  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportRowsRepository) private readonly rows: ImportRowsRepository,
    @Inject(BatchPreparation) private readonly batches: BatchPreparation,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Writes failed rows again with the corrected cells, as the caller, with all rows of their records. If the record of a
   * row already exists, it gets the missing values.
   * @returns the result of each row
   * @throws ProblemError 409 for rows that did not fail or whose records have too many rows, 410 when the rows have expired
   */
  async write(importId: string, edits: { row: number; cells: string[] }[]): Promise<RowResult[]> {
    const run = await this.repository.get(importId);
    const { settings } = await this.directory.current();
    const plan = await this.batches.planOf(run);
    const texts = await this.repository.rowTexts(importId);
    if (!texts) throw rowsForgotten();
    const conventions = plan.targets.map(({ columnName }) =>
      restoredConventions(run.conventions[columnName], settings),
    );
    const corrected = new Map(edits.map(({ row, cells }) => [row, cells]));
    const failed = await this.rows.failedRecords(importId, texts, [...corrected.keys()], MOST_RETRIED + 1);
    if (failed.length > MOST_RETRIED)
      throw conflict(
        'tooManyRows',
        `The records of these rows have more than ${MOST_RETRIED} failed rows. Correct fewer rows at once, or download the failed rows, correct them in a file and import that.`,
      );
    const duplicates = failed.filter(({ reasons }) => reasons.some(isDuplicate)).length;
    const rows = failed.map(({ row, cells }): TableRow => ({ row, cells: corrected.get(row) ?? cells }));
    // Rows that didn't fail are refused below.
    for (const [row, cells] of corrected) if (!failed.some((f) => f.row === row)) rows.push({ row, cells });
    const wanted = rows.map((r) => r.row);
    const standing = await this.rows.standing(importId, wanted);
    const { batch, write } = await this.batches.prepare(
      importId,
      plan,
      { conventions, names: new Map() },
      byRecord(rows, plan, conventions),
      { standing },
    );
    const outcome = await this.units.run(
      async (uow, [, held, failed, ...first]) => {
        const status = held![0]?.status;
        if (status === 'running' || status === 'queued')
          throw conflict('importRunning', "The import is still running. Correct its rows when it's done.");
        const open = new Set(failed!.map((r) => r.row));
        const settled = wanted.filter((row) => !open.has(row));
        if (settled.length)
          throw conflict(
            'rowNotFailed',
            `Row ${settled.slice(0, 5).join(', ')} of this import didn't fail or has since been imported. Reload the page.`,
          );
        const written = await write(uow, first);
        const counts = {
          ...written.counts,
          failed: written.counts.failed - rows.length,
          duplicates: written.counts.duplicates - duplicates,
        };
        await uow.together(
          this.rows.checkpoint(
            uow,
            importId,
            { pass: run.pass, position: run.position },
            counts,
            written.results,
            texts,
          ),
        );
        return written;
      },
      [
        oneImportAtATime(requireTenant()),
        this.repository.hold(importId),
        this.rows.failedAmong(importId, wanted),
        ...batch.first(),
      ],
    );
    await this.batches.forgetRights(outcome);
    return outcome.results;
  }
}
