import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import { isUuid, requireTenant } from '../../context/index.js';
import { TenantPool } from '../../db/tenant-pool.js';
import { badRequest, notFound } from '../../errors/index.js';
import { EventPresenter } from './event-presenter.js';
import { LOG_ROWS } from './log-rows.js';
import { QueryParts } from '../decide/index.js';
import { accessNotes, RecordReader } from '../read/index.js';
import { knownEvents } from './computed-events.js';

/** Reads the event log of one record, newest first, under the reader's field rules. */
@Injectable()
export class RecordHistory {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(EventPresenter) private readonly events: EventPresenter,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * @param cursor id of the last entry of the previous page
   * @throws ProblemError 404 when the reader may not see the record, 400 for an invalid cursor
   */
  async of(object: string, id: string, options: { limit?: number; cursor?: string } = {}) {
    const limit = options.limit ?? 50;
    if (options.cursor !== undefined && !isUuid(options.cursor))
      throw badRequest('invalidCursor', 'The cursor belongs to another history.', [
        { pointer: '?cursor', code: 'invalidCursor', message: 'The cursor belongs to another history.' },
      ]);
    const context = await this.reader.contextFor(object);
    const parts = new QueryParts([requireTenant(), object, id]);
    const older = options.cursor ? `and e.id < ${parts.param(options.cursor)}::uuid` : '';
    const known = knownEvents(context, (value) => parts.param(value));
    const [rows, ...found] = await this.pool.read([
      parts.statement(
        `${LOG_ROWS} where e.tenant_id = $1 and e.object = $2 and e.record_id = $3 ${older} and ${known}
          order by e.id desc limit ${limit + 1}`,
      ),
      ...this.events.seenStatements(context, [id]),
    ]);
    const seen = this.events.seen(context, found).get(id);
    if (!seen) throw notFound(`This ${context.descriptor.label.toLowerCase()}`);
    const showsOrigin = this.directory.may(context.snapshot, { system: 'viewAudit' });
    const hasMore = rows!.rows.length > limit;
    const data = rows!.rows.slice(0, limit).map((row) => this.events.present(row, seen, showsOrigin));
    await this.events.nameReferences(data.map((entry) => ({ context, entry })));
    await this.events.nameMerged(context, id, data);
    const notes = accessNotes(context.descriptor, seen.rules);
    return {
      data,
      page: { nextCursor: hasMore ? data.at(-1)!.id : null, hasMore },
      ...(notes ? { meta: { access: notes } } : {}),
    };
  }
}
