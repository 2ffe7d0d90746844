import { Inject, Injectable } from '@nestjs/common';
import { numberNotation } from '@pellucid/conditions/locale-text';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, silently } from '@pellucid/platform/context';
import { conflict, forbidden, pointer, unprocessable } from '@pellucid/platform/errors';
import { CursorSealer, type FieldDescriptor, RecordRegistry } from '@pellucid/platform/records';
import { ImportImpossibleError } from './engine/import-end.js';
import { planImport } from './engine/import-plan.js';
import { RowCorrections } from './engine/row-corrections.js';
import { errorHeader, errorLines, errorsDialect } from './errors-csv.js';
import { ImportAccess } from './import-access.js';
import { ImportRowsRepository } from './import-rows.repository.js';
import { rowsForgotten } from './imports.errors.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import type { FailedRow, ImportRun, ReasonCount, RowResult } from './imports.types.js';
import type { Reason } from './reasons/reason.js';
import { describedFor } from './reasons/described.js';
import { type Described, joinedReasons, type ShownReason, shownReason } from './reasons/reason-message.js';
import type { RowTexts } from './row-texts.js';
import { restoredConventions } from './values/column-conventions.js';

/** A failed row, with its reasons in the reader's language. */
export type ShownFailedRow = Omit<FailedRow, 'reasons'> & { reasons: ShownReason[] };
/** How many rows failed for reasons, in the reader's language. */
export type ShownReasonCount = Omit<ReasonCount, 'reasons'> & { reasons: ShownReason[] };

/** The result of a row that was written again. */
export type RetriedRow = Pick<RowResult, 'row' | 'status'> & { reasons: ShownReason[] };

/** Failed rows, and the reasons for all failed rows of the import. */
export interface FailedRows {
  columns: string[];
  rows: ShownFailedRow[];
  reasons: ShownReasonCount[];
  nextCursor: string | null;
}

const ERROR_PAGE = 1000;
/** What people do with the failed rows of imports. */
@Injectable()
export class FailedRowsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ImportsService) private readonly imports: ImportsService,
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportRowsRepository) private readonly rows: ImportRowsRepository,
    @Inject(RowCorrections) private readonly corrections: RowCorrections,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(ImportAccess) private readonly access: ImportAccess,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns a page of the failed rows, with the reasons for which rows failed. For the person who started the import,
   * and for those who may see everything that its rows may contain.
   * @param kind only rows that failed for this reason
   * @throws ProblemError 404, 403, 410 when the rows have expired
   */
  async page(id: string, limit: number, kind?: string, cursor?: string): Promise<FailedRows> {
    const run = await this.imports.get(id);
    await this.access.assertRowsShown(run);
    const texts = await this.textsOf(id);
    const binding = `import rows ${id} ${kind ?? ''}`;
    const after = cursor === undefined ? 0 : Number(this.cursors.open(cursor, binding).values[0]);
    const found = await this.rows.failedRows(id, texts, after, limit + 1, kind);
    const rows = found.slice(0, limit);
    const described = await this.described();
    const shown = <T extends { reasons: Reason[] }>(given: T) => ({
      ...given,
      reasons: given.reasons.map((reason) => shownReason(reason, run.object, described)),
    });
    return {
      columns: run.columns,
      rows: rows.map(shown),
      reasons: (await this.rows.reasons(id, texts)).map(shown),
      nextCursor:
        found.length > limit ? this.cursors.seal({ values: [String(rows.at(-1)!.row)], id }, binding) : null,
    };
  }

  /**
   * Writes failed rows again with the corrected cells.
   * @returns the result of each row
   * @throws ProblemError 404, 403 for imports of others, 409 for rows that did not fail, 410, 422 for rows of another
   *   width
   */
  async retry(id: string, edits: { row: number; cells: string[] }[]): Promise<RetriedRow[]> {
    const run = await this.imports.get(id);
    if (!this.imports.isOwn(run) || currentContext().viewAs)
      throw forbidden('importOfAnother', 'Only the person who started an import can correct its rows.');
    if (run.isPreview)
      throw conflict('preview', 'A preview writes nothing. Start the import, then correct its rows.');
    const snapshot = await this.directory.current();
    this.access.assertAllowed(this.access.objectOf(run.object, snapshot), run.options, snapshot);
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
      const write = () => this.corrections.write(id, edits);
      const results = await (run.options.silent ? silently(write) : write());
      const described = await this.described();
      return results.map(({ row, status, reasons }) => ({
        row,
        status,
        reasons: (reasons ?? []).map((reason) => shownReason(reason, run.object, described)),
      }));
    } catch (error) {
      // The description or the rights have changed since, so that the import can no longer run.
      if (error instanceof ImportImpossibleError) throw conflict('importImpossible', error.message);
      throw error;
    }
  }

  /**
   * Returns the failed rows as CSV, piece by piece, for the same people as {@link page}. It is written like the
   * imported file, with each value in a form that can be read in only one way.
   * @throws ProblemError 404, 403, 410 when the rows have expired
   */
  async errors(id: string): Promise<AsyncGenerator<string>> {
    const run = await this.imports.get(id);
    await this.access.assertRowsShown(run);
    const { columns } = run;
    const { rows: repository } = this;
    const described = await this.described();
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
        const told = rows.map(({ cells, reasons }) => ({
          cells,
          reason: joinedReasons(reasons, run.object, described),
        }));
        if (rows.length) yield errorLines(told, columns.length, dialect.delimiter, cleared);
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

  private async described(): Promise<Described> {
    return describedFor(this.registry, await this.directory.current());
  }

  private async textsOf(id: string): Promise<RowTexts> {
    const texts = await this.repository.rowTexts(id);
    if (!texts) throw rowsForgotten();
    return texts;
  }
}
