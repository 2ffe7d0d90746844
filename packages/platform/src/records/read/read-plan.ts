import {
  derivedColumn,
  type FilterContext,
  isToldByRecord,
  nameGuard,
  type ObjectAccess,
  QueryParts,
  type RecordScope,
  scopeSql,
} from '../decide/index.js';
import {
  emptyOf,
  type FieldDescriptor,
  instant,
  type LineCollection,
  type RecordDescriptor,
  type RecordRegistry,
  type RecordState,
  PEOPLE,
} from '../describe/index.js';

import { type LineNames, linesColumn, loadLines, unnamedIn } from './line-columns.js';

/** What every record has in addition to its fields. */
export interface RecordSystem {
  id: string;
  version: number;
  createdAt: string;
  createdBy: Author;
  updatedAt: string;
  updatedBy: Author;
  deletedAt: string | null;
  displayName: string;
}

/** Author of a change: kind and id, not a foreign key. */
export interface Author {
  kind: string;
  id: string | null;
  name?: string;
}

/**
 * A row as it was read: system values, field values in API form (references as ids), names of the referenced records.
 */
export interface LoadedRecord extends RecordSystem {
  state: RecordState;
  /** Names of the referenced records by field key. */
  names: Record<string, string | undefined>;
  /** Link fields in the form in which they are shown, by field key. */
  links: Record<string, any>;
  /** Names of the records that lines refer to, by the key of the lines and the line's id. */
  lineNames: Record<string, ReadonlyMap<string, LineNames>>;
  /** Which profiles of the actor's rights admit the record: see {@link ObjectAccess.rulesFor}. */
  bits: number;
  /** Names of the records that its links lead to, by key of the link, once they are looked up: see {@link LinkNames}. */
  linkNames: ReadonlyMap<string, string> | null;
  /** References whose names are withheld, because the actor may not see the records that they point at. */
  unnamed: string[] | null;
  /**
   * Fields that are derived in this record; each says whether the reader may see the other records that it is made of.
   * Null when no field is derived, or when all are shown in every record.
   */
  derived: Record<string, boolean> | null;
  /** Whether the actor may read it. Only writes set it, since reads find no other records. */
  seen: boolean;
  /** The profiles of the actor's right to read that admit it, if the plan is for another action. */
  readBits: number;
}

/** For whom records are read. */
export interface ReadView {
  context: FilterContext;
  action: string;
  /** Whether names of records that the actor may not see are withheld. */
  names: boolean;
  /** Whether rows say if the actor may read them. */
  seen?: boolean;
}

/** How one field is read from the select list. */
interface PlannedField {
  field: FieldDescriptor;
  at: number;
  /** Position of the referenced record's name. */
  nameAt: number;
  /** Takes the value out of a column that fields share. */
  pick: ((selected: any) => unknown) | undefined;
}

/** With more fields of a shared column than this, a read selects the column as a whole. */
const MOST_PARTS = 8;

const SYSTEM = [
  't.id',
  't.version',
  't.created_at',
  't.created_by_kind',
  't.created_by_id',
  't.updated_at',
  't.updated_by_kind',
  't.updated_by_id',
  't.deleted_at',
  't.display_name',
];

/**
 * How records of an object are read: select list, with the names of references, and the conversion of a row (an
 * array with fixed positions) to values. There is one plan per description and set of fields; its text is constant, so
 * it can be cached.
 */
export class ReadPlan {
  readonly fields: PlannedField[] = [];
  readonly select: string;
  readonly from: string;
  /** Lines that are read, with their position. */
  private readonly lines: { collection: LineCollection; at: number }[] = [];
  /** Number of selected columns. */
  readonly width: number;

  /** Parameters that the select list uses; the statement's own follow. */
  private readonly prepared: QueryParts;
  private readonly profilesAt: number;
  private readonly profiles: number;
  private readonly readProfilesAt: number;
  private readonly readProfiles: number;
  /** Position of the predicate that says whether the actor may read the record; -1 for always, -2 for never. */
  private readonly seenAt: number;
  /** Whether names of references may be withheld. */
  private readonly guarded: boolean;
  /** Fields that may be withheld because they are derived, with the position of the predicate. */
  private readonly derived: { key: string; at: number }[] = [];
  /** Whether the plan must not be cached, because a scope in it depends on the current time. */
  readonly timeBound: boolean;

  /**
   * @param view for whom: names of records that they may not see are withheld, and rows say which of their profiles for
   *   the action admit them. Without it, all names are included, for the engine itself. With `seen`, rows also say
   *   whether the actor may read them; for writes, which may reach further than reads.
   * @param bringsLines whether a plan without keys reads lines too
   */
  constructor(
    readonly descriptor: RecordDescriptor,
    registry: RecordRegistry,
    keys?: Set<string>,
    view?: ReadView,
    bringsLines = true,
  ) {
    const parts = new QueryParts();
    let timeBound = false;
    let guarded = false;
    const decide = (object: string, action: string): ObjectAccess | undefined => {
      const access = view?.context.access.decide(object, action, view.context.snapshot);
      if (access?.timeBound) timeBound = true;
      return access;
    };
    const derivedView = view && {
      ...view.context,
      access: { decide: (o: string, a: string) => decide(o, a)! },
    };
    const guardOf = (object: string, alias: string): string | null | undefined => {
      if (!view?.names) return undefined;
      const target = registry.forTenant(object, view.context.snapshot);
      const guard = nameGuard(decide(object, 'read')!, target, alias, parts, derivedView!);
      if (guard !== undefined) guarded = true;
      return guard;
    };
    const sourceOf = (f: FieldDescriptor) =>
      f.referencesSource ?? registry.productObject(f.references!).source;
    const columns = [...SYSTEM];
    /** Returns the expression of the name of the record that an id points at. @param source of the object's records */
    const named = (object: string, source: string, alias: string, id: string): string => {
      const guard = guardOf(object, alias);
      if (guard === null) return 'null';
      // Not a join: to start one for each name, over all columns of the record, costs more than to read a single record.
      return `(select ${alias}.display_name from ${source} ${alias} where ${alias}.tenant_id = t.tenant_id and ${alias}.id = ${id}${guard ? ` and ${guard}` : ''})`;
    };
    const people = registry.productObject(PEOPLE).source;
    columns.push(
      authorName('created_by', named(PEOPLE, people, 'mc', 't.created_by_id')),
      authorName('updated_by', named(PEOPLE, people, 'mu', 't.updated_by_id')),
    );
    const shared = new Map<string, number>();
    const isPartial =
      keys !== undefined &&
      descriptor.fields.filter((f) => f.storage.part && keys.has(f.key)).length <= MOST_PARTS;
    for (const f of descriptor.fields) {
      if (keys && !keys.has(f.key)) continue;
      let nameAt = -1;
      const { storage } = f;
      const select = (isPartial && storage.part) || storage.select;
      const selected = select('t', (alias) => {
        const guard = f.references ? guardOf(f.references, alias) : undefined;
        if (guard === null) return 'null';
        return guard ? `case when ${guard} then ${alias}.display_name end` : `${alias}.display_name`;
      });
      // Fields that share a column share its place.
      const pick = select === storage.select ? storage.pick : undefined;
      const at = (pick && shared.get(selected)) ?? columns.push(selected) - 1;
      if (pick) shared.set(selected, at);
      if (f.traits.family === 'reference' && !storage.carriesNames) {
        nameAt = columns.length;
        columns.push('');
        columns[nameAt] = named(f.references!, sourceOf(f), `r${this.fields.length}`, storage.value('t'));
      }
      this.fields.push({ field: f, at, nameAt, pick });
      if (!derivedView || !isToldByRecord(f, descriptor)) continue;
      const { rules } = decide(descriptor.key, 'read')!;
      const derived = derivedColumn(f, descriptor, 't', parts, rules, derivedView);
      if (!derived) continue;
      this.derived.push({ key: f.key, at: columns.length });
      columns.push(derived);
    }
    for (const collection of descriptor.lines) {
      if (keys ? !keys.has(collection.key) : !bringsLines) continue;
      const selected = linesColumn(collection, 't', (f, alias, id) => {
        const guard = guardOf(f.references!, alias);
        return guard === null
          ? { join: '', name: 'null' }
          : {
              join: `left join ${sourceOf(f)} ${alias} on ${alias}.tenant_id = l.tenant_id and ${alias}.id = ${id}${guard ? ` and ${guard}` : ''}`,
              name: `${alias}.display_name`,
            };
      });
      this.lines.push({ collection, at: columns.push(selected) - 1 });
    }
    this.profilesAt = columns.length;
    const own = decide(descriptor.key, view?.action ?? 'read');
    this.profiles = own?.profiles?.length ?? 0;
    const admitting = (scope: RecordScope | undefined) =>
      scope ? scopeSql(scope, descriptor, 't', parts, view!.context.clock) : 'true';
    for (const scope of own?.profiles ?? []) columns.push(admitting(scope));
    const read = view?.seen ? decide(descriptor.key, 'read') : undefined;
    this.readProfilesAt = columns.length;
    this.readProfiles = read?.profiles?.length ?? 0;
    for (const scope of read?.profiles ?? []) columns.push(admitting(scope));
    this.seenAt = read && !read.allowed ? -2 : read?.scope ? columns.length : -1;
    if (this.seenAt >= 0) columns.push(admitting(read!.scope));
    this.select = columns.join(', ');
    this.from = `${descriptor.source} t`;
    this.width = columns.length;
    this.prepared = parts;
    this.timeBound = timeBound;
    this.guarded = guarded;
  }

  /** Returns the parts of a statement that begins with this plan. */
  parts(): QueryParts {
    return this.prepared.copy();
  }

  /** Converts a row (array mode) to values. */
  load(row: any[]): LoadedRecord {
    const state: RecordState = {};
    const names: Record<string, string | undefined> = {};
    const links: Record<string, any> = {};
    let unnamed: string[] | null = null;
    for (const { field, at, nameAt, pick } of this.fields) {
      const { key, storage } = field;
      const raw = pick ? pick(row[at]) : row[at];
      if (raw === null || raw === undefined) {
        state[key] = emptyOf(field);
        if (storage.carriesNames) links[key] = emptyOf(field);
      } else if (storage.carriesNames) {
        links[key] = raw;
        if (this.guarded && [raw].flat().some((link: { name: string | null }) => link.name === null))
          unnamed = [...(unnamed ?? []), key];
        if (field.traits.family === 'reference') {
          state[key] = raw.id;
          names[key] = raw.name;
        } else state[key] = raw.map((r: { id: string }) => r.id).sort();
      } else {
        const stored = field.cipher ? field.cipher.open(row[0], raw) : raw;
        state[key] = field.traits.codec.fromColumn(stored, field);
        if (nameAt >= 0) {
          names[key] = row[nameAt] ?? undefined;
          if (this.guarded && row[nameAt] === null) unnamed = [...(unnamed ?? []), key];
        }
      }
    }
    const lineNames: LoadedRecord['lineNames'] = {};
    for (const { collection, at } of this.lines) {
      const loaded = loadLines(collection, row[at]);
      state[collection.key] = loaded.lines;
      lineNames[collection.key] = loaded.names;
      if (this.guarded) {
        const withheld = unnamedIn(collection, loaded);
        if (withheld.length) unnamed = [...(unnamed ?? []), ...withheld];
      }
    }
    let derived = null as LoadedRecord['derived'];
    for (const { key, at } of this.derived)
      if (typeof row[at] === 'boolean') derived = { ...derived, [key]: row[at] };
    const bitsAt = (at: number, count: number) => {
      let bits = 0;
      for (let n = 0; n < count; n++) if (row[at + n]) bits |= 1 << n;
      return bits;
    };
    return {
      id: row[0],
      version: row[1],
      createdAt: instant(row[2]),
      createdBy: author(row[3], row[4], row[10]),
      updatedAt: instant(row[5]),
      updatedBy: author(row[6], row[7], row[11]),
      deletedAt: row[8] === null ? null : instant(row[8]),
      displayName: row[9],
      state,
      names,
      links,
      linkNames: null,
      lineNames,
      bits: bitsAt(this.profilesAt, this.profiles),
      unnamed,
      derived,
      seen: this.seenAt === -1 || (this.seenAt >= 0 && row[this.seenAt] === true),
      readBits: bitsAt(this.readProfilesAt, this.readProfiles),
    };
  }
}

/**
 * Returns the expression for the name of an author. Only people and API keys have one. An API key's name is visible to
 * everybody who sees the record, as in its history. It is looked up only in rows that a key wrote, so that other rows
 * need no further join.
 */
function authorName(column: 'created_by' | 'updated_by', memberName: string): string {
  return `case when t.${column}_kind = 'apiKey' then (select k.name from api_key k where k.tenant_id = t.tenant_id and k.id = t.${column}_id) when t.${column}_kind = 'member' then ${memberName} end`;
}

function author(kind: string, id: string | null, name: string | null): Author {
  return name === null ? { kind, id } : { kind, id, name };
}
