import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../access/index.js';
import { requireTenant } from '../context/index.js';
import { TenantPool } from '../db/tenant-pool.js';
import { notFound, ProblemError } from '../errors/index.js';
import type { FieldDescriptor, RecordState } from './descriptor.js';
import {
  EventPresenter,
  isToldThen,
  LOG_ROWS,
  type LogRow,
  namedReference,
  type SeenRecord,
} from './event-presenter.js';
import { instant } from './field-types.js';
import type { IdempotencyRequest } from './idempotency.js';
import { sameValue } from './participants.js';
import type { PresentedRecord } from './presenter.js';
import type { Author, LoadedRecord } from './read-plan.js';
import { type FieldChange, isUnderSecret } from './record-events.js';
import { RecordReader } from './record-reader.js';
import { type RowOutcome, RecordWriter } from './record-writer.js';

/** A point in the life of a record: one of its versions, or else an instant (ISO 8601). */
export interface RecordPoint {
  version?: number | undefined;
  at?: string | undefined;
}

/** A record's values at a point, put together from its events. */
interface PastState {
  state: RecordState;
  version: number;
  updatedAt: string;
  updatedBy: Author;
  deletedAt: string | null;
  /** Fields whose values then are not known any more: they were erased. */
  erased: Set<string>;
  /** Whether fields that are derived in some records only were so then; what the log does not say counts as derived. */
  wasDerived: Map<string, boolean>;
}

/** Looks at records as they stood, and brings them back to that. Rights are those of today. */
@Injectable()
export class RecordAsOf {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordWriter) private readonly writer: RecordWriter,
    @Inject(EventPresenter) private readonly events: EventPresenter,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(TenantPool) private readonly pool: TenantPool,
  ) {}

  /**
   * The record as it stood; `meta.asOf` says which version that is, `meta.erased` which values were erased since.
   * @throws ProblemError 404 when the record is not the reader's to see, or was not there then
   */
  async get(object: string, id: string, point: RecordPoint): Promise<PresentedRecord> {
    const { seen, past } = await this.find(object, id, point);
    const { context, record, rules } = seen;
    const fields = loggedFields(context.descriptor.fields);
    const lists = fields.filter((f) => f.type === 'multiSelect').map((f) => [f.key, []]);
    const state = { ...Object.fromEntries(lists), ...past.state };
    const derived = Object.fromEntries(
      fields.filter((f) => !this.isTold(f, past, seen)).map((f): [string, boolean] => [f.key, false]),
    );
    const then = await this.named({ ...record, ...past, state, derived }, seen, fields);
    const presented = this.reader.presentOne(then, context, fields);
    const erased = [...past.erased].filter((key) => rules.allClear || rules.read(key) !== 'hidden');
    presented['meta'] = {
      ...presented['meta'],
      asOf: { version: past.version, at: past.updatedAt },
      ...(erased.length ? { erased } : {}),
    };
    return presented;
  }

  /**
   * Brings the fields of a record back to a version, as a new change on the normal write path. Fields that only the product
   * sets, that are hidden from the caller or whose values were erased stay as they are.
   * @param ifMatch version the caller looked at; without it the present one
   * @returns the outcome of the write; its errors name each field that the caller may not write
   * @throws ProblemError 404 for a record or version that is not there
   */
  async restore(
    object: string,
    id: string,
    version: number,
    options: { ifMatch?: number; idempotency?: IdempotencyRequest } = {},
  ): Promise<RowOutcome[]> {
    const { seen, past } = await this.find(object, id, { version });
    const { context, record, rules } = seen;
    if (record.deletedAt !== null) throw notFound(`This ${context.descriptor.label.toLowerCase()}`);
    const changes: Record<string, unknown> = {};
    for (const f of loggedFields(context.descriptor.fields)) {
      if (f.readOnly || past.erased.has(f.key)) continue;
      if (!rules.allClear && rules.read(f.key) === 'hidden') continue;
      if (!this.isTold(f, past, seen)) continue;
      const empty = f.type === 'multiSelect' ? [] : null;
      const then = past.state[f.key] ?? empty;
      if (!sameValue(record.state[f.key] ?? empty, then)) changes[f.key] = then;
    }
    return this.writer.write(
      object,
      'update',
      [{ id, values: changes, ifMatch: options.ifMatch ?? record.version }],
      {
        verb: 'restoredVersion',
        present: true,
        strictVersion: true,
        ...(options.idempotency ? { idempotency: options.idempotency } : {}),
      },
    );
  }

  private async find(
    object: string,
    id: string,
    point: RecordPoint,
  ): Promise<{ seen: SeenRecord; past: PastState }> {
    const context = await this.reader.contextFor(object);
    const fields = context.descriptor.fields.map((f) => f.key);
    const until = point.version !== undefined ? 'e.record_version <= $4' : 'e.at <= $4::timestamptz';
    const [rows, ...found] = await this.pool.read([
      {
        text: `${LOG_ROWS} where e.tenant_id = $1 and e.object = $2 and e.record_id = $3 and ${until}
                order by e.record_version, e.id`,
        values: [requireTenant(), object, id, point.version ?? point.at],
      },
      ...this.events.seenStatements(context, [id], fields),
    ]);
    this.directory.noteObserved();
    const label = context.descriptor.label.toLowerCase();
    const seen = this.events.seen(context, found, fields).get(id);
    if (!seen) throw notFound(`This ${label}`);
    const last = rows!.rows.at(-1);
    if (!last || (point.version !== undefined && last.record_version !== point.version))
      throw new ProblemError(
        404,
        'notThereThen',
        'Not found',
        point.version !== undefined
          ? `This ${label} has no version ${point.version}.`
          : `This ${label} did not exist yet at that time.`,
      );
    return { seen, past: this.replay(rows!.rows, seen) };
  }

  /** Whether the reader may know what a field was then. */
  private isTold(f: FieldDescriptor, past: PastState, seen: SeenRecord): boolean {
    return isToldThen(f, { derived: { after: past.wasDerived.get(f.key) ?? true } }, 'after', seen);
  }

  /** The state behind the last of the events. */
  private replay(rows: LogRow[], seen: SeenRecord): PastState {
    const state: RecordState = {};
    const erased = new Set<string>();
    const wasDerived = new Map<string, boolean>();
    let deletedAt: string | null = null;
    for (const row of rows) {
      const { changes, erased: isErased } = this.events.open(row, seen.key);
      for (const key of isErased ? withheldOf(row, seen) : []) {
        delete state[key];
        erased.add(key);
      }
      if (isDeletion(row, changes)) {
        deletedAt = instant(row['at']);
        continue;
      }
      deletedAt = null;
      for (const [key, change] of Object.entries(changes)) {
        state[key] = change.after ?? null;
        wasDerived.set(key, change.derived?.after ?? true);
        erased.delete(key);
      }
    }
    const last = rows.at(-1)!;
    return {
      state,
      version: last['record_version'],
      updatedAt: instant(last['at']),
      updatedBy: {
        kind: last['actor_kind'],
        id: last['actor_id'],
        ...(last['actor_name'] ? { name: last['actor_name'] } : {}),
      },
      deletedAt,
      erased,
      wasDerived,
    };
  }

  /** Puts today's names to the references of then. */
  private async named(
    then: LoadedRecord,
    { context }: SeenRecord,
    fields: FieldDescriptor[],
  ): Promise<LoadedRecord> {
    const references = fields.filter((f) => f.references);
    const wanted = new Map<string, { context: typeof context; ids: Set<string> }>();
    const idsOf = (f: FieldDescriptor) => [then.state[f.key] ?? []].flat() as string[];
    for (const f of references) {
      const of = wanted.get(f.references!) ?? { context, ids: new Set() };
      for (const id of idsOf(f)) of.ids.add(id);
      wanted.set(f.references!, of);
    }
    const author = then.updatedBy;
    if (author.kind === 'member' && author.id) {
      const people = wanted.get('member') ?? { context, ids: new Set() };
      wanted.set('member', { ...people, ids: people.ids.add(author.id) });
    }
    const names = await this.events.namesOf(wanted);
    const isNamed = author.kind !== 'member' || names.get('member')?.has(author.id ?? '');
    const unnamed = references.filter((f) => idsOf(f).some((id) => !names.get(f.references!)?.has(id)));
    return {
      ...then,
      updatedBy: isNamed ? author : { kind: author.kind, id: author.id },
      names: Object.fromEntries(
        references.map((f) => [f.key, names.get(f.references!)?.get(idsOf(f)[0] ?? '')]),
      ),
      links: Object.fromEntries(
        fields.flatMap((f) => {
          if (!f.link) return [];
          const value = then.state[f.key] ?? null;
          return [[f.key, value === null || !f.references ? value : namedReference(f, value, names)]];
        }),
      ),
      unnamed: unnamed.length ? unnamed.map((f) => f.key) : null,
    };
  }
}

/** Fields that the log follows. */
const loggedFields = (fields: FieldDescriptor[]) => fields.filter((f) => f.audited);

/** A deletion keeps what was, and says nothing of what is. */
function isDeletion(row: LogRow, changes: Record<string, FieldChange>): boolean {
  const all = Object.values(changes);
  return row['verb'] === 'deleted' || (all.length > 0 && all.every((change) => !('after' in change)));
}

/** Fields of an event whose values cannot be read any more. */
function withheldOf(row: LogRow, { context: { descriptor, snapshot } }: SeenRecord): string[] {
  const named = (row['fields'] as string[]).filter((key) => !(key in row['changes']));
  if (named.length) return named;
  return descriptor.fields.filter((f) => isUnderSecret(descriptor.key, f, snapshot)).map((f) => f.key);
}
