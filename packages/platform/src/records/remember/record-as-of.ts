import { linkKey, type RecordLink } from '@pellucid/conditions';
import {
  allFieldsOf,
  emptyOf,
  type FieldDescriptor,
  instant,
  type LineCollection,
  linesIn,
  type OwnedLine,
  type RecordState,
  refersToRecords,
  sameValue,
  targetsIn,
  PEOPLE,
} from '../describe/index.js';
import { type FieldRules, type FilterContext, isUnderSecret, visibilityIn } from '../decide/index.js';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import { requireTenant } from '../../context/index.js';
import { TenantPool } from '../../db/tenant-pool.js';
import { notFound, pointer, ProblemError, unprocessable } from '../../errors/index.js';
import { EventPresenter, isToldThen, type SeenRecord } from './event-presenter.js';
import { LOG_ROWS, type LogRow } from './log-rows.js';
import { namedReference, wantNames, type WantedNames } from './reference-names.js';
import { VALUES_COMPUTED } from './computed-events.js';
import { StateReplay } from './state-replay.js';
import {
  type Author,
  type LineNames,
  type LoadedRecord,
  type PresentedRecord,
  RecordReader,
} from '../read/index.js';

/** A point in the history of a record: one of its versions, or an instant (ISO 8601). */
export interface RecordPoint {
  version?: number | undefined;
  at?: string | undefined;
}

/** A record's values at a point, reconstructed from its events. */
interface PastState {
  state: RecordState;
  version: number;
  updatedAt: string;
  updatedBy: Author;
  deletedAt: string | null;
  /** Keys of the fields whose values at the time are unknown, because they were erased. */
  erased: Set<string>;
  /**
   * For fields that are derived in some records only: whether they were derived at the time. Undefined if the log does not
   * say.
   */
  wasDerived: Map<string, boolean | undefined>;
}

/** Shows records as they were. Today's rights apply. */
@Injectable()
export class RecordAsOf {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(EventPresenter) private readonly events: EventPresenter,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(TenantPool) private readonly pool: TenantPool,
  ) {}

  /**
   * Returns the record as it was. `meta.asOf` says which version that is, `meta.erased` which values have been erased
   * since.
   * @throws ProblemError 404 when the reader may not see the record, or it did not exist at the time
   */
  async get(object: string, id: string, point: RecordPoint): Promise<PresentedRecord> {
    const { seen, past } = await this.find(object, id, point);
    const { context, record, rules } = seen;
    const fields = loggedFields(context.descriptor.fields);
    const state = { ...Object.fromEntries(fields.map((f) => [f.key, emptyOf(f)])), ...past.state };
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
   * Returns what a record's fields would have to be changed to so that they are as in a version, with the record's
   * current version. Fields are left out if only the product sets them, they are hidden from the caller, or their
   * values were erased. `derived` has the values of fields that were derived then, for those that can't be derived again.
   * @throws ProblemError 404 for a record or version that does not exist
   */
  async changesBackTo(
    object: string,
    id: string,
    version: number,
  ): Promise<{ changes: Record<string, unknown>; derived: RecordState; current: number }> {
    const { seen, past } = await this.find(object, id, { version });
    const { context, record, rules } = seen;
    if (record.deletedAt !== null) throw notFound(`This ${context.descriptor.label.toLowerCase()}`);
    const changes: Record<string, unknown> = {};
    const derived: RecordState = {};
    for (const f of loggedFields(context.descriptor.fields)) {
      if (f.readOnly || past.erased.has(f.key)) continue;
      if (!rules.allClear && rules.read(f.key) === 'hidden') continue;
      if (!this.isTold(f, past, seen)) continue;
      const empty = emptyOf(f);
      const then = past.state[f.key] ?? empty;
      // A value that the caller does not see may be the same: leaving it out would tell.
      const isShown = visibilityIn(record, rules, f.key) !== 'hidden';
      if (isShown && sameValue(record.state[f.key] ?? empty, then)) continue;
      changes[f.key] = then;
      const mark = f.derivedFrom?.where;
      if (mark === undefined || past.wasDerived.get(f.key) !== true) continue;
      // Being emptied, it is derived again, or else comes back as it was derived then. As a typed value, it would be shown to
      // people who don't see what it was made of.
      changes[f.key] = empty;
      derived[f.key] = then;
      derived[mark] = true;
    }
    for (const lines of context.descriptor.lines) {
      if (!rules.allClear && rules.read(lines.key) === 'hidden') continue;
      const [now, then] = [linesIn(record.state, lines), linesIn(past.state, lines)];
      if (!sameValue(now, then)) changes[lines.key] = linesBackTo(lines, now, then, past, rules);
    }
    return { changes, derived, current: record.version };
  }

  private async find(
    object: string,
    id: string,
    point: RecordPoint,
  ): Promise<{ seen: SeenRecord; past: PastState }> {
    const context = await this.reader.contextFor(object);
    const { descriptor } = context;
    const fields = [...descriptor.fields, ...descriptor.lines].map((f) => f.key);
    const until = point.version !== undefined ? 'e.record_version <= $4' : 'e.at <= $4::timestamptz';
    const [rows, ...found] = await this.pool.read([
      {
        text: `${LOG_ROWS} where e.tenant_id = $1 and e.object = $2 and e.record_id = $3 and e.record_version > 0 and ${until}
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

  /** Whether the reader may see the field's value at the time. */
  private isTold(f: FieldDescriptor, past: PastState, seen: SeenRecord): boolean {
    return isToldThen(f, { derived: { after: past.wasDerived.get(f.key) } }, 'after', seen);
  }

  /** Computes the state after the last of the events. */
  private replay(rows: LogRow[], seen: SeenRecord): PastState {
    const replay = new StateReplay(seen.context.descriptor);
    for (const row of rows) {
      const { changes, erased } = this.events.open(row, seen.key);
      const withheld = erased
        ? withheldFrom({ fields: row['fields'], changes: row['changes'] }, seen.context)
        : [];
      replay.apply({ verb: row['verb'], at: row['at'] }, changes, withheld);
    }
    const { state, deletedAt, erased, wasDerived } = replay;
    // Results that were worked out anew changed neither its version nor who changed it last.
    const last = rows.findLast((row) => row['verb'] !== VALUES_COMPUTED) ?? rows.at(-1)!;
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

  /** Adds today's names to the references of the time. */
  private async named(
    then: LoadedRecord,
    { context }: SeenRecord,
    fields: FieldDescriptor[],
  ): Promise<LoadedRecord> {
    const references = fields.filter(refersToRecords);
    const wanted: WantedNames = new Map();
    for (const f of references) wantNames(wanted, context, f, then.state[f.key]);
    const { lines: collections } = context.descriptor;
    for (const f of collections.flatMap((l) => l.fields))
      for (const line of linesIn(then.state, { key: f.line!.collection }))
        wantNames(wanted, context, f, line[f.line!.name]);
    const author = then.updatedBy;
    if (author.kind === 'member' && author.id) {
      const people = wanted.get(PEOPLE) ?? { context, ids: new Set() };
      wanted.set(PEOPLE, { ...people, ids: people.ids.add(author.id) });
    }
    const names = await this.events.namesOf(wanted);
    const isNamed = author.kind !== 'member' || names.get(PEOPLE)?.has(author.id ?? '');
    const targetsOf = (f: FieldDescriptor) => targetsIn(f, then.state[f.key]);
    const nameOf = ({ object, id }: RecordLink) => names.get(object)?.get(id);
    const unnamed = references.filter((f) => targetsOf(f).some((to) => nameOf(to) === undefined));
    return {
      ...then,
      updatedBy: isNamed ? author : { kind: author.kind, id: author.id },
      names: Object.fromEntries(
        references.map((f) => {
          const [first] = targetsOf(f);
          return [f.key, first && nameOf(first)];
        }),
      ),
      linkNames: new Map(
        [...names].flatMap(([object, ids]) =>
          [...ids].map(([id, name]): [string, string] => [linkKey({ object, id }), name]),
        ),
      ),
      links: Object.fromEntries(
        fields.flatMap((f) => {
          if (!f.storage.carriesNames) return [];
          const value = then.state[f.key] ?? null;
          return [[f.key, value === null ? value : namedReference(f, value, names)]];
        }),
      ),
      lineNames: Object.fromEntries(
        collections.map((l) => [l.key, lineNamesOf(l, linesIn(then.state, l), names)]),
      ),
      unnamed: unnamed.length ? unnamed.map((f) => f.key) : null,
    };
  }
}

/** Returns today's names of what lines refer to, by line id. */
function lineNamesOf(
  { fields }: LineCollection,
  lines: OwnedLine[],
  names: Map<string, Map<string, string>>,
): ReadonlyMap<string, LineNames> {
  const references = fields.filter((f) => f.traits.family === 'reference');
  return new Map(
    lines.map((line) => [
      line.id,
      Object.fromEntries(
        references.map(({ line: place, references: object }) => [
          place!.name,
          names.get(object!)?.get(line[place!.name] as string) ?? null,
        ]),
      ),
    ]),
  );
}

/**
 * Returns lines as a request gives them: what differs today, and all values of lines that come back. What nobody may set or the
 * caller does not see stays as it is.
 * @throws ProblemError 422 naming the lines that were removed since and that the caller does not see in full: nobody could say
 *   what they would come back with
 */
function linesBackTo(
  collection: LineCollection,
  now: OwnedLine[],
  then: OwnedLine[],
  past: PastState,
  rules: FieldRules,
): Record<string, unknown>[] {
  const given = collection.fields.filter((f) => !f.readOnly);
  const isHidden = (f: FieldDescriptor) => !rules.allClear && rules.read(f.key) === 'hidden';
  const today = new Map(now.map((line) => [line.id, line]));
  const unseen = given.some(isHidden) ? then.flatMap(({ id }, i) => (today.has(id) ? [] : [i])) : [];
  if (unseen.length) throw removedUnseen(collection, unseen);
  const names = given.filter((f) => !past.erased.has(f.key) && !isHidden(f)).map((f) => f.line!.name);
  return then.map((line) => {
    const current = today.get(line.id);
    const back = names.filter((name) => !current || !sameValue(current[name] ?? null, line[name] ?? null));
    return { id: line.id, ...Object.fromEntries(back.map((name) => [name, line[name] ?? null])) };
  });
}

/** 422: lines that were removed can't come back without the values that the caller does not see. */
function removedUnseen({ key, label }: LineCollection, indexes: number[]): ProblemError {
  const errors = indexes.map((index) => ({
    pointer: pointer(key, index),
    code: 'lineNotShownInFull',
    message: `Line ${index + 1} of "${label}" was removed, and your roles don't show all of its values, so you can't bring it back. Ask someone who sees them to restore this version.`,
    params: { line: index + 1, label },
  }));
  return unprocessable(errors);
}

/** Fields that are logged. */
const loggedFields = (fields: FieldDescriptor[]) => fields.filter((f) => f.audited);

/** Returns the fields of an event whose values can no longer be read. */
export function withheldFrom(
  row: { fields: string[]; changes: object },
  { descriptor, snapshot }: Pick<FilterContext, 'descriptor' | 'snapshot'>,
): string[] {
  const named = row.fields.filter((key) => !(key in row.changes));
  if (named.length) return named;
  return allFieldsOf(descriptor)
    .filter((f) => isUnderSecret(descriptor.key, f, snapshot))
    .map((f) => f.key);
}
