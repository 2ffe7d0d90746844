import { averageTenant } from '../../db/average-tenant.js';
import { type FieldRules, type FilterContext, isToldByRecord, isToldEverywhere } from '../decide/index.js';
import { type FieldChange } from './event-log.js';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/index.js';
import { requireTenant } from '../../context/index.js';
import { MasterKeys, RecordSecrets } from '../../crypto/index.js';
import { type Statement, type StatementResult, TenantPool } from '../../db/tenant-pool.js';
import {
  allFieldsOf,
  type FieldDescriptor,
  fieldOf,
  lineFieldsOf,
  type RecordDescriptor,
  refersToRecords,
  PEOPLE,
  sameValue,
} from '../describe/index.js';
import { type ShownChange, shownLines } from './line-history.js';
import { entryOf, type HistoryEntry, type LogRow } from './log-rows.js';
import { type FoundNames, namedReference, wantNames, type WantedNames } from './reference-names.js';
import { VALUES_COMPUTED } from './computed-events.js';
import { shownOrigin } from './value-origins.js';
import { currencyKeyOf, currencyOf, type LoadedRecord, presentLoose, RecordReader } from '../read/index.js';

/** A record that the reader may see, with everything needed to show its events. */
export interface SeenRecord {
  context: FilterContext;
  record: LoadedRecord;
  /** The field rules that apply to the reader today. */
  rules: FieldRules;
  /** The key of its personal values; undefined when it was destroyed or never created. */
  key: Buffer | undefined;
}

/** Shows events under the reader's current rights: the record's scope, field rules and names of references. */
@Injectable()
export class EventPresenter {
  private readonly vault: RecordSecrets;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(CONFIG) config: Config,
  ) {
    this.vault = new RecordSecrets(MasterKeys.of(config));
  }

  /**
   * Returns statements that find those of the records that the reader may see, for {@link seen}.
   * @param fields keys of the fields to load; all by default
   */
  seenStatements(
    context: FilterContext,
    ids: string[],
    fields: string[] | undefined = currencyFields(context),
  ): Statement[] {
    return [
      this.reader.byIds(this.reader.readPlan(context, fields), ids, context, 'read', 'any'),
      {
        text: 'select record_id, key_id, wrapped from record_secret where object = $1 and record_id = any($2::uuid[])',
        values: [context.descriptor.key, ids],
      },
    ];
  }

  /** Returns the records of {@link seenStatements} by id. @throws Error when the master key of a secret is missing */
  seen(
    context: FilterContext,
    [records, secrets]: StatementResult[],
    fields: string[] | undefined = currencyFields(context),
  ): Map<string, SeenRecord> {
    const object = context.descriptor.key;
    const plan = this.reader.readPlan(context, fields);
    const access = context.access.decide(object, 'read', context.snapshot);
    const keys = new Map(secrets!.rows.map((row) => [row.record_id, row]));
    return new Map(
      (records!.rows as unknown as any[][]).map((row) => {
        const record = plan.load(row);
        const secret = keys.get(record.id);
        const key =
          secret &&
          this.vault.unwrap(requireTenant(), object, record.id, {
            keyId: secret.key_id,
            wrapped: secret.wrapped,
          });
        return [record.id, { context, record, rules: access.rulesFor(record.bits), key }];
      }),
    );
  }

  /**
   * Returns everything that an event says about its record's fields. `erased`: it has personal values that can no
   * longer be read.
   */
  open(row: LogRow, key: Buffer | undefined): { changes: Record<string, FieldChange>; erased: boolean } {
    return this.vault.openChanges<FieldChange>(key, {
      id: row.id,
      changes: row['changes'],
      personal: row['personal'],
    });
  }

  /** Returns an event of a record as the reader may see it. References are still ids, see {@link nameReferences}. */
  present(row: LogRow, seen: SeenRecord, showsOrigin: boolean): HistoryEntry {
    const { entry, shown } = this.judge(row, seen, showsOrigin);
    if (shown.length) this.reader.noteShown(seen.context, seen.rules, shown, [seen.record.id]);
    return entry;
  }

  /** Whether an event of a record tells the reader more than that there was a change. */
  tells(row: LogRow, seen: SeenRecord): boolean {
    const { verb, changes, lines, erased } = this.judge(row, seen, false).entry;
    return (
      (verb !== 'updated' && verb !== VALUES_COMPUTED) ||
      Object.keys(changes).length > 0 ||
      !!lines ||
      !!erased
    );
  }

  /** Returns an event as the reader may see it, and the fields that it shows. */
  private judge(
    row: LogRow,
    seen: SeenRecord,
    showsOrigin: boolean,
  ): { entry: HistoryEntry; shown: FieldDescriptor[] } {
    const { descriptor, snapshot } = seen.context;
    const { changes: all, erased } = this.open(row, seen.key);
    const shownOf = (f: FieldDescriptor, change: FieldChange): ShownChange | undefined => {
      const sides = (['before', 'after'] as const).filter(
        (side) => side in change && isToldThen(f, change, side, seen),
      );
      if (!sides.length) return undefined;
      // Whether a value is derived is no change to those who see it either way.
      if (sides.length === 2 && sameValue(change.before, change.after)) return undefined;
      const show = (side: 'before' | 'after') => {
        const currencyKey = currencyKeyOf(f);
        const currency = currencyKey && all[currencyKey]?.[side];
        return presentLoose(
          f,
          change[side],
          seen.rules,
          typeof currency === 'string'
            ? currency
            : currencyOf(f, seen.record.state, snapshot.settings.baseCurrency),
        );
      };
      const told = sides.map((side) => [side, show(side)] as const);
      // A mask that leaves nothing of a value leaves nothing of its change either: otherwise closing a deal would tell
      // whether its masked close date was empty.
      if (seen.rules.read(f.key) === 'mask' && told.every(([, value]) => isNothing(value))) return undefined;
      const origin = shownOrigin(change.origin, f, seen);
      return { ...Object.fromEntries(told), ...(origin ? { origin } : {}) };
    };
    const isHidden = (key: string) => !seen.rules.allClear && seen.rules.read(key) === 'hidden';
    const changes: Record<string, ShownChange> = {};
    for (const [field, change] of Object.entries(all)) {
      const f = descriptor.byKey.get(field) ?? descriptor.former.get(field);
      const told = f && !isHidden(field) ? shownOf(f, change) : undefined;
      if (told) changes[field] = told;
    }
    const inLines = new Set<FieldDescriptor>();
    const lines = shownLines(
      descriptor,
      all,
      ({ key }) => !isHidden(key),
      (key, change) => {
        if (isHidden(key)) return undefined;
        const f = fieldOf(descriptor, key)!;
        inLines.add(f);
        return shownOf(f, change);
      },
    );
    const shown = [...Object.keys(changes).flatMap((field) => descriptor.byKey.get(field) ?? []), ...inLines];
    return {
      entry: {
        ...entryOf(row, showsOrigin),
        verb: verbOf(row, seen),
        changes,
        ...(lines ? { lines } : {}),
        ...(erased ? { erased: true } : {}),
      },
      shown,
    };
  }

  /**
   * Replaces ids of references with `{id, name}`, looked up once per object, and names the records that values come from. A name
   * that the reader may not see is empty.
   */
  async nameReferences(entries: { context: FilterContext; entry: HistoryEntry }[]): Promise<void> {
    const found = entries.flatMap(({ context, entry }) =>
      referencesIn(context.descriptor, entry).flatMap(({ f, change }) =>
        (['before', 'after'] as const).flatMap((side) =>
          change[side] ? [{ context, f, change, side }] : [],
        ),
      ),
    );
    const wanted: WantedNames = new Map();
    for (const { context, f, change, side } of found) wantNames(wanted, context, f, change[side]);
    const sources = entries.flatMap(({ context, entry }) =>
      Object.values(entry.changes).flatMap(({ origin }) => (origin?.record ? [{ context, origin }] : [])),
    );
    for (const { context, origin } of sources) {
      const of = wanted.get(context.descriptor.key) ?? { context, ids: new Set<string>() };
      wanted.set(context.descriptor.key, { ...of, ids: of.ids.add(origin.record!.id) });
    }
    const actors = wanted.get(PEOPLE) ?? { context: entries[0]?.context, ids: new Set<string>() };
    for (const { entry } of entries) if (isNamed(entry.actor)) actors.ids.add(entry.actor.id);
    if (actors.context) wanted.set(PEOPLE, { context: actors.context, ids: actors.ids });
    const names = await this.namesOf(wanted);
    for (const { f, change, side } of found) change[side] = namedReference(f, change[side], names);
    for (const { context, origin } of sources) {
      const name = names.get(context.descriptor.key)?.get(origin.record!.id);
      // Of a merged record that the reader may not see, not even the id is told.
      if (name === undefined) delete origin.record;
      else origin.record!.name = name;
    }
    for (const { entry } of entries) withholdName(entry.actor, names.get(PEOPLE));
  }

  /**
   * Says with which records the entries' own was merged. Of those that the reader may not see, not even the id is told.
   */
  async nameMerged(context: FilterContext, record: string, entries: HistoryEntry[]): Promise<void> {
    const merges = entries.filter(({ verb, cause }) => verb === 'merged' && cause.kind === 'merge');
    if (!merges.length) return;
    const object = context.descriptor.key;
    const [found] = await this.pool.read([
      {
        text: `select distinct cause_id as cause, record_id as id from record_event
                where tenant_id = ${averageTenant('$1')} and cause_kind = 'merge' and cause_id = any($2::uuid[]) and object = $3
                  and verb = 'merged' and record_id <> $4 order by record_id`,
        values: [requireTenant(), merges.map(({ cause }) => cause.id), object, record],
      },
    ]);
    const rows = found!.rows as unknown as { cause: string; id: string }[];
    const ids = new Set(rows.map(({ id }) => id));
    const names = (await this.namesOf(new Map([[object, { context, ids }]]))).get(object);
    for (const entry of merges) {
      const seen = rows.filter(({ cause, id }) => cause === entry.cause.id && names?.has(id));
      if (seen.length) entry.mergedWith = seen.map(({ id }) => ({ id, name: names!.get(id)! }));
    }
  }

  /** Removes the names of people that the reader may not see. */
  async nameActors(actors: HistoryEntry['actor'][]): Promise<void> {
    const people = actors.filter(isNamed).map(({ id }) => id);
    const names = await this.reader.visibleNames(PEOPLE, people);
    for (const actor of actors) withholdName(actor, names);
  }

  /** Returns the names of records by object and id, as far as the reader may see them. */
  async namesOf(wanted: WantedNames): Promise<FoundNames> {
    const objects = [...wanted].filter(([, { ids }]) => ids.size);
    if (!objects.length) return new Map();
    const results = await this.pool.read(
      objects.map(([object, { context, ids }]) => this.reader.namesOf(object, [...ids], context)),
    );
    return new Map(
      objects.map(([object], i) => [object, new Map(results[i]!.rows.map((r) => [r.id, r.name]))]),
    );
  }
}

/** Returns the changes of references in an entry, those of lines too. */
function referencesIn(
  descriptor: RecordDescriptor,
  entry: HistoryEntry,
): { f: FieldDescriptor; change: ShownChange }[] {
  const own = descriptor.fields.flatMap((f) => {
    const change = refersToRecords(f) ? entry.changes[f.key] : undefined;
    return change ? [{ f, change }] : [];
  });
  const { lines } = entry;
  if (!lines) return own;
  const inLines = lineFieldsOf(descriptor).flatMap((f) =>
    (f.references ? (lines[f.line!.collection] ?? []) : []).flatMap(({ changes }) => {
      const change = changes[f.line!.name];
      return change ? [{ f, change }] : [];
    }),
  );
  return [...own, ...inLines];
}

const isNothing = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);

/**
 * Whether the reader may see a value from the log. A typed value is shown. For a derived value, the log does not say
 * which records it was made of, so it is shown only to readers who see its possible sources in every record.
 */
export function isToldThen(
  f: FieldDescriptor,
  change: FieldChange,
  side: 'before' | 'after',
  { context, rules }: Pick<SeenRecord, 'context' | 'rules'>,
): boolean {
  if (!isToldByRecord(f, context.descriptor) || change.derived?.[side] === false) return true;
  return isToldEverywhere(f, context.descriptor, rules, context);
}

/** Verbs of every object that reveal that a reference was removed or restored. */
const REFERENCE_VERBS = new Set(['unlinked', 'relinked']);

/** Returns the verbs of events that some readers may see as `updated`. */
export function disguisedVerbs(descriptors: RecordDescriptor[]): string[] {
  return [...new Set([...REFERENCE_VERBS, ...descriptors.flatMap((d) => Object.keys(d.verbsTell))])];
}

/** Returns the verb of an event, or `updated` if it would reveal a field that the reader does not see unmasked. */
export function verbOf(row: LogRow, { context, rules }: Pick<SeenRecord, 'context' | 'rules'>): string {
  const verb = row['verb'] as string;
  if (rules.allClear) return verb;
  const { verbsTell, byKey } = context.descriptor;
  const isWithheld = (key: string) => rules.read(key) !== 'clear';
  if (verbsTell[verb]) return verbsTell[verb].some(isWithheld) ? 'updated' : verb;
  if (!REFERENCE_VERBS.has(verb)) return verb;
  const references = ((row['fields'] ?? []) as string[]).filter((key) => {
    const f = byKey.get(key);
    return f && refersToRecords(f);
  });
  return references.every(isWithheld) ? 'updated' : verb;
}

/** Whether the actor is a person with a name. */
function isNamed(actor: HistoryEntry['actor']): actor is { kind: string; id: string; name: string } {
  return actor.kind === 'member' && actor.id !== null && actor.name !== undefined;
}

function withholdName(actor: HistoryEntry['actor'], visible: Map<string, string> | undefined): void {
  if (isNamed(actor) && !visible?.has(actor.id)) delete (actor as { name?: string }).name;
}

/** Returns the fields that are needed to show the object's amounts. */
function currencyFields({ descriptor }: FilterContext): string[] {
  return [...new Set(allFieldsOf(descriptor).flatMap((f) => currencyKeyOf(f) ?? []))];
}
