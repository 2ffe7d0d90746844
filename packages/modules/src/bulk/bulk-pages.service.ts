import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import { csvLines } from '@pellucid/platform/csv';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { badRequest, forbidden } from '@pellucid/platform/errors';
import { type BulkFailure, BulkJobs, type BulkJobState, type BulkStatus } from '@pellucid/platform/jobs';
import {
  CursorSealer,
  FIELD_ACCESS,
  type FieldAccess,
  RecordRegistry,
  seesAllOf,
} from '@pellucid/platform/records';

/** A page of a list, and where the next one starts. */
interface Page<Row> {
  data: Row[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** Which bulk jobs a list shows. */
export interface BulkJobListQuery {
  everyone: boolean;
  status?: BulkStatus | undefined;
  kind?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Failures that one read of a file of failures takes. */
const FILE_PAGE = 1_000;

/** Bulk jobs and their failures as pages and files. */
@Injectable()
export class BulkPages {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns bulk jobs, the latest first. @throws ProblemError 400 for an invalid cursor, 403 as `BulkJobs.page` */
  async list({ limit, cursor, status, ...filter }: BulkJobListQuery): Promise<Page<BulkJobState>> {
    const binding = JSON.stringify([requireTenant(), 'bulkJobs', filter, status]);
    const before = cursor ? this.cursors.open(cursor, binding).id : undefined;
    const rows = await this.jobs.page({ ...filter, status: status && [status] }, limit + 1, before);
    return this.page(rows, limit, binding, ({ id }) => ({ values: [], id }));
  }

  /** Returns the failed rows, in the order of the request. @throws ProblemError 400 for an invalid cursor, 404, 403 as {@link assertReasonsShown} */
  async failures(
    id: string,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<Page<BulkFailure>> {
    const binding = JSON.stringify([requireTenant(), 'bulkFailures', id]);
    const after = query.cursor ? Number(this.cursors.open(query.cursor, binding).values[0]) : -1;
    if (!Number.isInteger(after)) throw badRequest('invalidCursor', 'The cursor belongs to another list.');
    this.assertReasonsShown(await this.jobs.get(id), await this.directory.current());
    const rows = await this.jobs.failures(id, after, query.limit + 1);
    return this.page(rows, query.limit, binding, ({ row }) => ({ values: [String(row)], id }));
  }

  /**
   * Returns all failed rows as the pieces of a CSV file, one line per problem: row (from 1), object, id, field, code, and
   * reason.
   * @throws ProblemError 404 and 403 before the first piece, as {@link failures}
   */
  async failuresFile(id: string): Promise<AsyncIterator<string>> {
    const job = await this.jobs.get(id);
    this.assertReasonsShown(job, await this.directory.current());
    const { object } = job;
    const { jobs } = this;
    return (async function* () {
      yield csvLines([['row', 'object', 'id', 'field', 'code', 'reason']]);
      for (let after = -1; ; ) {
        const rows = await jobs.failures(id, after, FILE_PAGE);
        if (rows.length)
          yield csvLines(
            rows.flatMap(({ row, recordId, object: own, errors }) =>
              errors.map(({ pointer, code, message }) => [
                String(row + 1),
                own ?? object ?? '',
                recordId ?? '',
                pointer.slice(1),
                code,
                message,
              ]),
            ),
          );
        if (rows.length < FILE_PAGE) return;
        after = rows.at(-1)!.row;
      }
    })();
  }

  /**
   * Asserts that the caller may see why rows failed: reasons quote values, and name records of any object.
   * @throws ProblemError 403 for work of others, unless they see all records and values of the company
   */
  private assertReasonsShown(job: BulkJobState, snapshot: TenantSnapshot): void {
    if (this.jobs.isOwn(job)) return;
    if (!seesAllOf(this.registry.everForTenant(snapshot), this.access, snapshot))
      throw forbidden(
        'rowsWithheld',
        "Reasons may contain data your roles don't show you. Only the person who started the job can get them.",
      );
  }

  private page<Row>(
    rows: Row[],
    limit: number,
    binding: string,
    place: (last: Row) => { values: string[]; id: string },
  ): Page<Row> {
    const data = rows.slice(0, limit);
    const hasMore = rows.length > limit;
    const nextCursor = hasMore ? this.cursors.seal(place(data.at(-1)!), binding) : null;
    return { data, page: { nextCursor, hasMore } };
  }
}
