import { ProblemError } from '../errors/index.js';
import { INSTALLATION_KEY } from './installation-keys.js';
import type { MasterKeys, WrappedSecret } from './master-keys.js';

/** A table whose rows contain something wrapped by the master key. */
export interface WrappedPlace {
  /** What the rows contain, in the plural: `keys of imports`. */
  kind: string;
  table: string;
  /** Columns of the primary key and their types. */
  primaryKey: Record<string, string>;
  /** Columns of the master key's id and of the wrapped bytes. */
  keyId: string;
  wrapped: string;
  /** Purpose it is wrapped for, see {@link MasterKeys.wrap}. */
  purpose: string;
  /** SQL expression over the row: the `aad` given when it was wrapped. */
  aad: string;
}

/** Keys of records, which encrypt their personal values in the log. */
export const RECORD_SECRETS: WrappedPlace = {
  kind: 'keys of records',
  table: 'record_secret',
  primaryKey: { tenant_id: 'uuid', object: 'text', record_id: 'uuid' },
  keyId: 'key_id',
  wrapped: 'wrapped',
  purpose: 'record-secret',
  aad: "tenant_id || ':' || object || ':' || record_id",
};

/** Keys of the installation itself. */
export const INSTALLATION_KEYS: WrappedPlace = {
  kind: 'keys of the installation',
  table: 'installation_key',
  primaryKey: { purpose: 'text', id: 'text' },
  keyId: 'key_id',
  wrapped: 'wrapped',
  purpose: INSTALLATION_KEY,
  aad: "purpose || ':' || id",
};

/** A connection that can see the rows: the platform's or an administrator's. */
interface Database {
  query(text: string, values?: unknown[]): Promise<{ rows: any[]; rowCount: number | null }>;
}

/** A row of such a table. */
interface Row extends WrappedSecret {
  at: string[];
  aad: string;
}

/** Progress within a table: the primary key of the last row. */
export type WrappedPosition = string[] | null;

const isOfTenants = (place: WrappedPlace) => 'tenant_id' in place.primaryKey;

/** Everything wrapped by the master key, in any table. */
export class WrappedKeys {
  constructor(
    private readonly database: Database,
    private readonly keys: MasterKeys,
  ) {}

  /** Whether anything is wrapped with a key other than the current one. @param tenantId for tables of companies */
  async hasOld(place: WrappedPlace, tenantId?: string): Promise<boolean> {
    return (await this.rows(place, { tenantId, oldOnly: true, after: null, limit: 1 })).length > 0;
  }

  /**
   * Rewraps the next rows that do not use the current key, in one statement; a row that changes meanwhile is left
   * alone. It is safe to interrupt: nothing is lost, and finished rows are not selected again.
   * @returns where to continue (null: done), how many rows were rewrapped, and how many no configured key opens
   */
  async rewrap(
    place: WrappedPlace,
    {
      tenantId,
      after = null,
      limit = 500,
    }: { tenantId?: string; after?: WrappedPosition; limit?: number } = {},
  ): Promise<{ next: WrappedPosition; done: number; lost: number }> {
    const rows = await this.rows(place, { tenantId, oldOnly: true, after, limit });
    const anew = rows.flatMap((row) => {
      const plain = this.opened(place, row);
      return plain ? [{ row, secret: this.keys.wrap(place.purpose, plain, row.aad) }] : [];
    });
    let done = 0;
    if (anew.length) {
      const columns = Object.entries(place.primaryKey);
      const at = columns.map(([column], i) => `t.${column} = v.p${i}`).join(' and ');
      const arrays = columns.map(([, type], i) => `$${i + 5}::${type}[]`).join(', ');
      const { rowCount } = await this.database.query(
        `update ${place.table} t set ${place.keyId} = $1, ${place.wrapped} = v.wrapped
           from unnest($2::bytea[], $3::text[], $4::bytea[], ${arrays})
                as v(wrapped, old_key, old, ${columns.map((_, i) => `p${i}`).join(', ')})
          where ${at} and t.${place.keyId} = v.old_key and t.${place.wrapped} = v.old`,
        [
          this.keys.currentId,
          anew.map(({ secret }) => secret.wrapped),
          anew.map(({ row }) => row.keyId),
          anew.map(({ row }) => row.wrapped),
          ...columns.map((_, i) => anew.map(({ row }) => row.at[i])),
        ],
      );
      done = rowCount ?? 0;
    }
    return {
      next: rows.length === limit ? rows.at(-1)!.at : null,
      done,
      lost: rows.length - anew.length,
    };
  }

  /**
   * Counts the rows by the id of the master key that opens them; `missing` for those whose key is not configured and
   * `broken` for those that were altered. Opens each row.
   */
  async count(place: WrappedPlace): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let after: WrappedPosition = null; ; ) {
      const rows = await this.rows(place, { oldOnly: false, after, limit: 1_000 });
      for (const row of rows) {
        const key = this.openerOf(place, row);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      if (rows.length < 1_000) return counts;
      after = rows.at(-1)!.at;
    }
  }

  private async rows(
    place: WrappedPlace,
    options: { tenantId?: string | undefined; oldOnly: boolean; after: WrappedPosition; limit: number },
  ): Promise<Row[]> {
    const columns = Object.entries(place.primaryKey);
    const values: unknown[] = [options.limit];
    const param = (value: unknown) => `$${values.push(value)}`;
    const where = [`${place.wrapped} is not null`];
    if (options.tenantId && isOfTenants(place)) where.push(`tenant_id = ${param(options.tenantId)}::uuid`);
    if (options.oldOnly) where.push(`${place.keyId} <> ${param(this.keys.currentId)}`);
    if (options.after)
      where.push(
        `(${columns.map(([column]) => column).join(', ')}) > (${columns.map(([, type], i) => `${param(options.after![i])}::${type}`).join(', ')})`,
      );
    const { rows } = await this.database.query(
      `select array[${columns.map(([column]) => `${column}::text`).join(', ')}] as at, ${place.keyId} as "keyId",
              ${place.wrapped} as wrapped, ${place.aad} as aad
         from ${place.table} where ${where.join(' and ')}
        order by ${columns.map(([column]) => column).join(', ')} limit $1`,
      values,
    );
    return rows;
  }

  private opened(place: WrappedPlace, row: Row): Buffer | undefined {
    try {
      return this.keys.unwrap(place.purpose, row, row.aad);
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }

  private openerOf(place: WrappedPlace, row: Row): string {
    try {
      return this.keys.openerOf(place.purpose, row, row.aad);
    } catch (error) {
      if (error instanceof ProblemError) return error.code === 'masterKeyMissing' ? 'missing' : 'broken';
      throw error;
    }
  }
}
