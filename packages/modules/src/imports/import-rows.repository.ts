import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { QueryParts } from '@pellucid/platform/records';
import { averageTenant, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type {
  DeferredRow,
  FailedRow,
  ImportCounts,
  PreviewedRow,
  ReasonCount,
  RowResult,
} from './imports.types.js';
import type { Findings } from './engine/preview-findings.js';
import { type Reason, reasonKind } from './reasons/reason.js';
import type { RowTexts } from './row-texts.js';
import type { TableRow } from './tables/table-file.js';

/** The results of imports' rows. */
@Injectable()
export class ImportRowsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Returns statements that store the results of rows and the import's progress. They belong to the batch's
   * transaction.
   * @param findings of a batch of a preview; they are kept with its first row
   */
  checkpoint(
    uow: UnitOfWork,
    id: string,
    at: { pass: number; position: number },
    delta: ImportCounts,
    results: RowResult[],
    texts: RowTexts,
    findings?: Findings,
  ): Statement[] {
    const begin = results.reduce((least, { row }) => Math.min(least, row), Number.POSITIVE_INFINITY);
    const rows = results.map((result) => ({
      row: result.row,
      status: result.status,
      record_id: result.record_id,
      record_row: result.record_row,
      record_version: result.record_version ?? null,
      is_deferred: result.deferred !== null,
      reason_kind: result.reasons && reasonKind(result.reasons),
      findings: findings && result.row === begin ? texts.sealFindings(begin, findings) : null,
      texts: texts.seal(result.row, {
        cells: result.cells,
        reasons: result.reasons,
        deferred: result.deferred,
        ...(result.changes && { changes: result.changes }),
      }),
    }));
    return [
      ...(rows.length
        ? [
            {
              text: `insert into import_row (tenant_id, import_id, row, status, record_id, record_row, record_version, is_deferred, texts, reason_kind, findings)
                     select $1, $2, r.row, r.status, r.record_id, r.record_row, r.record_version, r.is_deferred, r.texts, r.reason_kind, r.findings
                       from json_to_recordset($3::json) as r(row int, status text, record_id uuid, record_row int, record_version int, is_deferred boolean, texts bytea, reason_kind text, findings bytea)
                     on conflict (tenant_id, import_id, row) do update
                        set status = excluded.status, is_deferred = excluded.is_deferred, texts = excluded.texts,
                            reason_kind = excluded.reason_kind, record_row = excluded.record_row, record_version = excluded.record_version, record_id = coalesce(excluded.record_id, import_row.record_id),
                            findings = coalesce(excluded.findings, import_row.findings)`,
              values: [uow.tenantId, id, JSON.stringify(rows)],
            },
          ]
        : []),
      {
        text: `update import_run set pass = $3, position = $4, created = created + $5, updated = updated + $6,
                      unchanged = unchanged + $7, lines = lines + $8, failed = failed + $9, related = related + $10,
                      duplicates = greatest(0, duplicates + $11)
                where tenant_id = $1 and id = $2`,
        values: [
          uow.tenantId,
          id,
          at.pass,
          at.position,
          delta.created,
          delta.updated,
          delta.unchanged,
          delta.lines,
          delta.failed,
          delta.related,
          delta.duplicates,
        ],
      },
    ];
  }

  /** Returns rows of the second pass after the position, in order; {@link asDeferred} converts the result. */
  deferredRows(id: string, after: number, limit: number): Statement {
    return {
      text: `select row, status, record_id, record_row, record_version, texts from import_row
              where import_id = $1 and row > $2 and is_deferred order by row limit $3`,
      values: [id, after, limit],
    };
  }

  /** Decrypts the result of {@link deferredRows}. */
  asDeferred(rows: { row: number; texts: Buffer }[], texts: RowTexts): DeferredRow[] {
    return rows.map(({ texts: sealed, ...row }) => ({
      ...row,
      ...texts.open(row.row, sealed),
    })) as DeferredRow[];
  }

  /** Returns in which row of the import each of the records was created or changed. */
  rowsOfRecords(id: string, recordIds: string[]): Statement {
    return {
      text: 'select record_id, min(row) as row from import_row where import_id = $1 and record_id = any($2::uuid[]) group by record_id',
      values: [id, recordIds],
    };
  }

  /** Returns failed rows after the position, in order. @param kind only rows that failed for this reason */
  async failedRows(
    id: string,
    texts: RowTexts,
    after: number,
    limit: number,
    kind?: string,
  ): Promise<FailedRow[]> {
    const { rows } = await this.pool.query({
      text: `select row, texts, reason_kind from import_row where import_id = $1 and status = 'failed' and row > $2
              ${kind === undefined ? '' : 'and reason_kind = $4'} order by row limit $3`,
      values: [id, after, limit, ...(kind === undefined ? [] : [kind])],
    });
    return rows.map(({ row, texts: sealed, reason_kind: kind }) => {
      const { cells, reasons } = texts.open(row, sealed);
      return { row, cells: cells ?? [], reasons: reasons ?? [], kind };
    });
  }

  /** Returns the reasons for failed rows, the most frequent first, each as its first row has it. */
  async reasons(id: string, texts: RowTexts): Promise<ReasonCount[]> {
    const { rows } = await this.pool.query({
      text: `select g.kind, g.count, g.first, r.texts from (
               select reason_kind as kind, count(*)::int as count, min(row) as first from import_row
                where import_id = $1 and status = 'failed' and reason_kind is not null group by reason_kind
                order by count(*) desc, min(row) limit 50) g
              join import_row r on r.import_id = $1 and r.row = g.first order by g.count desc, g.first`,
      values: [id],
    });
    return rows.map(({ kind, count, first, texts: sealed }) => ({
      kind,
      count,
      reasons: texts.open(first, sealed).reasons ?? [],
    }));
  }

  /**
   * Returns what a preview found, row by row.
   * @param which rows after one, and with one outcome; or these
   */
  async previewed(
    id: string,
    texts: RowTexts,
    which: { after: number; limit: number; status?: string | undefined } | { rows: number[] },
  ): Promise<PreviewedRow[]> {
    const values: unknown[] = [id];
    const isPage = 'after' in which;
    const found = isPage
      ? `row > $${values.push(which.after)} ${which.status ? `and status = $${values.push(which.status)}` : ''}`
      : `row = any($${values.push(which.rows)}::int[])`;
    const { rows } = await this.pool.query({
      text: `select row, status, record_id, record_version, texts from import_row
              where import_id = $1 and ${found} order by row ${isPage ? `limit $${values.push(which.limit)}` : ''}`,
      values,
    });
    return rows.map(({ texts: sealed, ...row }) => {
      const { reasons, changes } = texts.open(row.row, sealed);
      return { ...row, reasons, changes: changes ?? [] };
    });
  }

  /** Returns the findings of the batches of a preview that contain rows of the range. */
  async findingsOf(
    id: string,
    texts: RowTexts,
    { first, last }: { first: number; last: number },
  ): Promise<Findings[]> {
    const { rows } = await this.pool.query({
      text: `select row, findings from import_row
              where import_id = $1 and findings is not null and row <= $3
                and row >= coalesce((select max(row) from import_row where import_id = $1 and findings is not null and row <= $2), $2)`,
      values: [id, first, last],
    });
    return rows.map(({ row, findings }) => texts.openFindings(row, findings));
  }

  /** Returns findings of a preview after a row, in order. @returns them, and the row to go on after */
  async findingsAfter(
    id: string,
    texts: RowTexts,
    after: number,
    limit: number,
  ): Promise<{ findings: Findings[]; last: number | undefined }> {
    const { rows } = await this.pool.query({
      text: `select row, findings from import_row where import_id = $1 and findings is not null and row > $2
              order by row limit $3`,
      values: [id, after, limit],
    });
    return {
      findings: rows.map(({ row, findings }) => texts.openFindings(row, findings)),
      last: rows.at(-1)?.row,
    };
  }

  /**
   * Returns how many of the records that a preview found are no longer there in that version.
   * @param readable adds the predicate for those that the caller may read; undefined for all
   */
  async changedSince(
    previewId: string,
    source: string,
    readable: (parts: QueryParts) => string | undefined,
  ): Promise<number> {
    const parts = new QueryParts([previewId, requireTenant()]);
    const seen = readable(parts);
    const { rows } = await this.pool.query(
      parts.statement(
        `select count(distinct r.record_id)::int as changed from import_row r
          where r.import_id = $1 and r.record_version is not null
            and not exists (select from ${source} t
                             where t.tenant_id = ${averageTenant('$2')} and t.id = r.record_id and t.version = r.record_version
                               and t.deleted_at is null${seen ? ` and ${seen}` : ''})`,
      ),
    );
    return rows[0].changed;
  }

  /** Returns the records that rows wrote although they failed, because a reference could not be set. */
  async standing(id: string, rows: number[]): Promise<Map<number, string>> {
    const { rows: found } = await this.pool.query({
      text: 'select row, record_id from import_row where import_id = $1 and row = any($2::int[]) and record_id is not null',
      values: [id, rows],
    });
    return new Map(found.map((r) => [r.row, r.record_id]));
  }

  /** Returns the failed rows of the records that the given failed rows are about, in order; the given ones too. */
  async failedRecords(
    id: string,
    texts: RowTexts,
    rows: number[],
    limit: number,
  ): Promise<(TableRow & { reasons: Reason[] })[]> {
    const { rows: found } = await this.pool.query({
      text: `select row, texts from import_row where import_id = $1 and status = 'failed'
                and (row = any($2::int[]) or record_row in
                     (select record_row from import_row where import_id = $1 and status = 'failed' and row = any($2::int[])))
              order by row limit $3`,
      values: [id, rows, limit],
    });
    return found.map(({ row, texts: sealed }) => {
      const { cells, reasons } = texts.open(row, sealed);
      return { row, cells: cells ?? [], reasons: reasons ?? [] };
    });
  }

  /** Locks rows to be written again, and returns which of them failed. */
  failedAmong(id: string, rows: number[]): Statement {
    return {
      text: `select row from import_row where import_id = $1 and row = any($2::int[]) and status = 'failed'
              order by row for update`,
      values: [id, rows],
    };
  }
}
