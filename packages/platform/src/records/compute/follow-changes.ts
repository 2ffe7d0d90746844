import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import { QueryParts, withoutLimits } from '../decide/index.js';
import { fieldOf } from '../describe/index.js';
import { RecordReader } from '../read/index.js';
import { BATCH_SIZE, referringRows } from '../write/index.js';
import { AffectedRecordsFinder, type ManyReferrers, type OpenEvent } from './affected-records.js';
import { Recalculation } from './recalculation.js';

/** What a batch of many records did. */
export interface FollowedBatch<Cursor> {
  done: number;
  failed: { id: string; message: string }[];
  /** Where the next batch begins; null if this was the last. */
  next: Cursor | null;
}

/** The place of a record in the order of creation. */
export interface CreationPlace {
  at: string;
  id: string;
}

/** Keeps stored formulas and roll-ups right when something changes that they are made of. */
@Injectable()
export class FollowChanges {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(AffectedRecordsFinder) private readonly affected: AffectedRecordsFinder,
    @Inject(Recalculation) private readonly recalculation: Recalculation,
  ) {}

  /**
   * Works out what events affect, each record once and in the order of objects and ids, so that two processes can't wait for each
   * other. In the context's tenant, as the product.
   * @param limit most records that refer to others by one field
   * @returns what affects more than that, for {@link followMany}
   */
  async follow(uow: UnitOfWork, events: readonly OpenEvent[], limit: number): Promise<ManyReferrers[]> {
    const { records, many } = await this.affected.find(uow, events, limit);
    for (const [object, ids] of [...records].sort(([a], [b]) => (a < b ? -1 : 1)))
      await this.recalculation.run(uow, object, ids);
    return many;
  }

  /** Works out a batch of the records that refer to some others. @param after only records with a greater id */
  async followMany(
    uow: UnitOfWork,
    { object, field, to }: ManyReferrers,
    after: string | null,
  ): Promise<FollowedBatch<string>> {
    const context = withoutLimits(await this.reader.contextFor(object));
    const f = fieldOf(context.descriptor, field);
    // The field may have been deleted since.
    if (!f?.storage.linked) return { done: 0, failed: [], next: null };
    const [rows] = await uow.together([
      referringRows(
        this.reader,
        context,
        { object: context.descriptor, field: f },
        to,
        false,
        BATCH_SIZE,
        after,
      ),
    ]);
    const ids = [...new Set(rows!.map(({ id }): string => id))];
    const { failed } = await this.recalculation.run(uow, object, ids);
    return { done: ids.length, failed, next: rows!.length === BATCH_SIZE ? ids.at(-1)! : null };
  }

  /** Works out a batch of all records of an object, in the order of their creation. */
  async backfill(
    uow: UnitOfWork,
    object: string,
    after: CreationPlace | null,
  ): Promise<FollowedBatch<CreationPlace>> {
    const { descriptor } = await this.reader.contextFor(object);
    const parts = new QueryParts([uow.tenantId]);
    const later = after
      ? ` and (t.created_at, t.id) > (${parts.param(after.at)}::timestamptz, ${parts.param(after.id)}::uuid)`
      : '';
    const rows = await uow.run<{ id: string; at: string }>(
      parts.statement(
        `select t.id, t.created_at::text as at from ${descriptor.source} t
          where t.tenant_id = $1::uuid and t.deleted_at is null${later} order by t.created_at, t.id limit ${BATCH_SIZE}`,
      ),
    );
    const { failed } = await this.recalculation.run(
      uow,
      object,
      rows.map(({ id }) => id),
    );
    return { done: rows.length, failed, next: rows.length === BATCH_SIZE ? rows.at(-1)! : null };
  }

  /** Whether anything may depend on one of the events. */
  async concern(events: readonly OpenEvent[]): Promise<boolean> {
    for (const object of new Set(events.map((event) => event.object)))
      if (await this.affected.concerns(object)) return true;
    return false;
  }

  /** Returns how many records {@link backfill} goes through. */
  async count(uow: UnitOfWork, object: string): Promise<number> {
    const { descriptor } = await this.reader.contextFor(object);
    const [row] = await uow.run<{ n: number }>({
      text: `select count(*)::int as n from ${descriptor.source} t where t.tenant_id = $1 and t.deleted_at is null`,
      values: [uow.tenantId],
    });
    return row!.n;
  }
}
