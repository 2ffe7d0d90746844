import { Inject, Injectable } from '@nestjs/common';
import { TenantPool } from '@pellucid/platform/db';
import { EventPresenter, RecordReader, type SeenRecord } from '@pellucid/platform/records';

/** The records that events concern: which of them the reader may see, and their names. Keys are `object/id`. */
export interface SeenRecords {
  seen: Map<string, SeenRecord>;
  names: Map<string, string>;
}

/** Looks up records of several objects in one round trip, within the reader's scope. */
@Injectable()
export class SeenRecordsRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(EventPresenter) private readonly events: EventPresenter,
  ) {}

  /** Looks up records. @param wanted ids by object key */
  async find(wanted: Map<string, Set<string>>): Promise<SeenRecords> {
    const parts = await Promise.all(
      [...wanted].map(async ([object, ids]) => {
        const context = await this.reader.contextFor(object);
        const statements = [
          ...this.events.seenStatements(context, [...ids]),
          this.reader.namesOf(object, [...ids], context),
        ];
        return { object, context, statements };
      }),
    );
    const found: SeenRecords = { seen: new Map(), names: new Map() };
    if (!parts.length) return found;
    const results = await this.pool.read(parts.flatMap(({ statements }) => statements));
    let at = 0;
    for (const { object, context, statements } of parts) {
      const own = results.slice(at, at + statements.length);
      at += statements.length;
      for (const [id, record] of this.events.seen(context, own.slice(0, -1)))
        found.seen.set(`${object}/${id}`, record);
      for (const row of own.at(-1)!.rows) found.names.set(`${object}/${row.id}`, row.name);
    }
    return found;
  }
}
