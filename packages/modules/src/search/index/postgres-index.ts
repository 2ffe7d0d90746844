import { Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { QueryParts } from '@pellucid/platform/records';
import type { SearchDocument } from '../documents/record-documents.js';
import { tenantCode } from '../text/lexemes.js';
import { queriesOf } from '../text/search-text.js';
import { type MatchRequest, MOST_HITS, MOST_RATED, type SearchIndex } from './search-index.js';

const DROPPED_AT_ONCE = 5_000;
const COLUMNS = 'object, record_id, class, version, owner_id, changed_at, lexemes, typos';
const CONTENT = 'version, owner_id, changed_at, lexemes, typos';

/** The index in the table `search_document`, by Postgres' full text search. */
@Injectable()
export class PostgresIndex implements SearchIndex {
  readonly name = 'postgres';

  async put(uow: UnitOfWork, object: string, documents: SearchDocument[], gone: string[]): Promise<void> {
    const statements = [];
    if (documents.length)
      statements.push({
        text: `insert into search_document as d (tenant_id, ${COLUMNS})
               select $1, ${COLUMNS} from json_populate_recordset(null::search_document, $2::json)
               on conflict (tenant_id, object, record_id, class) do update set (${CONTENT}) = row (${excluded(CONTENT)})
                where (${own(CONTENT)}) is distinct from (${excluded(CONTENT)})`,
        values: [uow.tenantId, rowsOf(documents)],
      });
    if (gone.length)
      statements.push({
        text: 'delete from search_document where object = $1 and record_id = any($2::uuid[])',
        values: [object, gone],
      });
    if (statements.length) await uow.together(statements);
  }

  async sweep(uow: UnitOfWork, object: string, after: string | null, last: string | null, living: string[]) {
    await uow.run({
      text: `delete from search_document where object = $1 and ($2::uuid is null or record_id > $2) and ($3::uuid is null or record_id <= $3)
                and record_id <> all($4::uuid[])`,
      values: [object, after, last, living],
    });
  }

  async drop(uow: UnitOfWork, object: string, of: number): Promise<boolean> {
    const rows = await uow.run({
      text: `delete from search_document where object = $1 and class = $2 and record_id in (
               select record_id from search_document where object = $1 and class = $2 limit ${DROPPED_AT_ONCE}) returning 1`,
      values: [object, of],
    });
    return rows.length === DROPPED_AT_ONCE;
  }

  async matches(request: MatchRequest, parts: QueryParts): Promise<string> {
    const { documents, newer, changed, isCapped } = request;
    const queries = queriesOf(request.text, tenantCode(requireTenant()), request.isTolerant);
    const pairs = documents.flatMap(({ object, classes }) => classes.map((each) => [object, each] as const));
    const given: [unknown, string][] = [
      [pairs.map(([object]) => object), 'text[]'],
      [pairs.map(([, each]) => each), 'smallint[]'],
      [queries.words, 'text[]'],
      [queries.words.map((_, at) => queries.typos[at] ?? null), 'text[]'],
      [queries.rank, 'text'],
      [queries.exact, 'text'],
      [request.memberId, 'uuid'],
      [documents.flatMap(({ object, ranksOwn }) => (ranksOwn ? [object] : [])), 'text[]'],
      [request.now, 'timestamptz'],
      [rowsOf(newer), 'json'],
      [changed, 'uuid[]'],
      [isCapped ? MOST_RATED : null, 'integer'],
      [isCapped ? MOST_HITS : null, 'integer'],
    ];
    return `search_matches(${given.map(([value, type]) => `${parts.param(value)}::${type}`).join(', ')})`;
  }
}

/** Returns documents as JSON rows of the table. */
const rowsOf = (documents: SearchDocument[]) => JSON.stringify(documents.map(({ words: _, ...row }) => row));

const own = (columns: string) =>
  columns
    .split(', ')
    .map((column) => `d.${column}`)
    .join(', ');
const excluded = (columns: string) =>
  columns
    .split(', ')
    .map((column) => `excluded.${column}`)
    .join(', ');
