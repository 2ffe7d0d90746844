import { Inject, Injectable } from '@nestjs/common';
import { type Statement, TenantPool } from '@pellucid/platform/db';
import type { SearchClass } from '../classes/search-class.js';
import { CLASSES, STATE, toClass } from '../classes/search-classes.repository.js';
import { SEARCH_CONSUMER } from '../search-consumer-name.js';
import type { MatchRow } from './search-statement.js';

/** Most records that a search takes from the log. After an import, the index is behind for longer. */
const MOST_CHANGED = 200;

/** A record that has changed since the index was brought up to date. */
export interface ChangedRecord {
  object: string;
  id: string;
}

/** Reads what a search needs, under row security. */
@Injectable()
export class SearchRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Returns the classes of the tenant, the access version that they belong to (null for none), and which records of the
   * objects have changed since the index was brought up to date. One round trip.
   */
  async state(
    objects: string[],
  ): Promise<{ classes: SearchClass[]; accessVersion: string | null; changed: ChangedRecord[] }> {
    const [classes, state, changed] = await this.pool.read([
      CLASSES,
      STATE,
      {
        text: `select distinct object, record_id as id from search_changed($1, $2::text[], ${MOST_CHANGED})`,
        values: [SEARCH_CONSUMER, objects],
      },
    ]);
    const version = state!.rows[0]?.access_version;
    return {
      classes: classes!.rows.map(toClass),
      accessVersion: version === undefined ? null : String(version),
      changed: changed!.rows as ChangedRecord[],
    };
  }

  /** Runs the statement of a search. */
  async find(statement: Statement): Promise<MatchRow[]> {
    const [found] = await this.pool.read([statement]);
    return found!.rows as MatchRow[];
  }

  /** Reads records and their names. One round trip. @returns the rows of each statement */
  async read(statements: Statement[]): Promise<any[][]> {
    return statements.length ? (await this.pool.read(statements)).map(({ rows }) => rows) : [];
  }
}
