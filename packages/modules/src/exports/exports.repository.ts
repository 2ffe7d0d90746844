import { Inject, Injectable } from '@nestjs/common';
import type { WrappedSecret } from '@pellucid/platform/crypto';
import { type Statement, sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { ExportFormat, ExportOptions } from './export-options.schema.js';
import { type Maker, type ReaderRights, makerOf } from '@pellucid/platform/records';

/** Number of records that one row of a selection holds. */
export const SELECTION_SIZE = 1_000;

/** What the columns of an export are. */
export interface StoredColumns {
  /** Keys of fields, lines and what every record has. */
  keys: string[];
  /** Headers by column. */
  headers: Record<string, string>;
}

/** A stored export. */
export interface ExportRun {
  id: string;
  object: string;
  format: ExportFormat;
  options: ExportOptions;
  columns: StoredColumns;
  /** What the person could see when the last batch was written. */
  rights: ReaderRights;
  rows: number;
  bytes: number;
  createdAt: string;
  createdBy: Maker | null;
  /** When the file was complete. */
  writtenAt: string | null;
  removedAt: string | null;
}

/** A part of a file. */
export interface ExportPart {
  id: string;
  number: number;
  size: number;
  rows: number;
  secret: WrappedSecret;
}

const SELECT = `select e.id, e.object, e.format, e.options, e.columns, e.rights, e.rows, e.bytes::float8 as bytes,
    e.created_at as "createdAt", e.written_at as "writtenAt", e.removed_at as "removedAt",
    ${makerOf('e')} as "createdBy"
  from export_run e`;

/** The tables of exports. */
@Injectable()
export class ExportsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns exports by id. */
  async byIds(ids: string[]): Promise<Map<string, ExportRun>> {
    if (!ids.length) return new Map();
    const { rows } = await this.pool.query({ text: `${SELECT} where e.id = any($1)`, values: [ids] });
    return new Map(rows.map((row) => [row.id, shown(row as ExportRun)]));
  }

  /** Returns one export; undefined if there is none. */
  async find(id: string): Promise<ExportRun | undefined> {
    return (await this.byIds([id])).get(id);
  }

  async insert(
    uow: UnitOfWork,
    run: Pick<ExportRun, 'id' | 'object' | 'format' | 'options' | 'columns' | 'rights'>,
    startedBy: string | null,
  ): Promise<void> {
    await uow.run(sql`insert into export_run (tenant_id, id, object, format, options, columns, rights, created_by_id)
      values (${uow.tenantId}, ${run.id}, ${run.object}, ${run.format}, ${JSON.stringify(run.options)},
              ${JSON.stringify(run.columns)}, ${JSON.stringify(run.rights)}, ${startedBy})`);
  }

  /**
   * Stores the records that a select finds, in their order.
   * @param found returns the statement around a select of `id` and `n`, from 1
   * @returns how many there are
   */
  async select(
    uow: UnitOfWork,
    id: string,
    found: (wrap: (select: string, param: (value: unknown) => string) => string) => Promise<Statement>,
  ): Promise<number> {
    const [row] = await uow.runLimited<{ total: number }>(
      await found(
        (select, param) => `with taken as (
          insert into export_selection (tenant_id, export_id, first_row, ids)
          select ${param(uow.tenantId)}::uuid, ${param(id)}::uuid, min(n) - 1, array_agg(id order by n)
            from (${select}) found group by (n - 1) / ${SELECTION_SIZE} returning cardinality(ids) as size)
          select coalesce(sum(size), 0)::int as total from taken`,
      ),
    );
    return row!.total;
  }

  /** Returns the ids of a selection from the row on, as many as one row holds. */
  async selected(uow: UnitOfWork, id: string, firstRow: number): Promise<string[]> {
    const [row] = await uow.run<{ ids: string[] }>({
      text: 'select ids from export_selection where export_id = $1 and first_row = $2',
      values: [id, firstRow],
    });
    return row?.ids ?? [];
  }

  /** Deletes the selection, which nothing needs when the export has ended. */
  async forgetSelection(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run(sql`delete from export_selection where export_id = ${id}`);
  }

  /** Announces a part before its content is stored. */
  async announce(uow: UnitOfWork, exportId: string, id: string): Promise<void> {
    await uow.run(
      sql`insert into export_part (tenant_id, id, export_id) values (${uow.tenantId}, ${id}, ${exportId})`,
    );
  }

  /** Makes an announced part the next one of the file. */
  async append(uow: UnitOfWork, exportId: string, part: ExportPart, rights: ReaderRights): Promise<void> {
    await uow.together([
      sql`update export_part set number = ${part.number}, size = ${part.size}, rows = ${part.rows},
            key_id = ${part.secret.keyId}, wrapped_key = ${part.secret.wrapped} where id = ${part.id}`,
      sql`update export_run set rows = rows + ${part.rows}, bytes = bytes + ${part.size},
            rights = ${JSON.stringify(rights)}::jsonb where id = ${exportId}`,
    ]);
  }

  /** Records that the file is complete and its rows were counted. */
  async complete(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run(sql`update export_run set written_at = now() where id = ${id}`);
  }

  /** Returns the parts of a file, in order. */
  async parts(exportId: string): Promise<ExportPart[]> {
    const { rows } = await this.pool.query({
      text: `select id, number, size, rows, key_id, wrapped_key from export_part
             where export_id = $1 and number is not null order by number`,
      values: [exportId],
    });
    return rows.map(({ key_id: keyId, wrapped_key: wrapped, ...part }) => ({
      ...(part as Omit<ExportPart, 'secret'>),
      secret: { keyId, wrapped },
    }));
  }

  /** Returns the bytes of the files that the company keeps. */
  async keptBytes(): Promise<number> {
    const { rows } = await this.pool.query(
      'select coalesce(sum(bytes), 0)::float8 as bytes from export_run where removed_at is null',
    );
    return rows[0]!.bytes;
  }

  /** Marks the file as no longer wanted, so that nobody can download it and the worker removes it. */
  async drop(uow: UnitOfWork, id: string): Promise<void> {
    await uow.together([
      sql`update export_run set removed_at = coalesce(removed_at, now()) where id = ${id}`,
      sql`update export_part set key_id = null, wrapped_key = null where export_id = ${id}`,
      sql`delete from export_selection where export_id = ${id}`,
    ]);
  }
}

const iso = (at: string | null) => (at === null ? null : new Date(at).toISOString());

function shown(row: ExportRun): ExportRun {
  return {
    ...row,
    createdAt: iso(row.createdAt)!,
    writtenAt: iso(row.writtenAt),
    removedAt: iso(row.removedAt),
  };
}
