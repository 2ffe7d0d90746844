import type { FieldProblem } from '../../errors/index.js';
import {
  collectionOf,
  fieldPointer,
  type LineCollection,
  linesIn,
  type OwnedLine,
  type RecordDescriptor,
  type RecordState,
  refersToRecords,
  sameValue,
} from '../describe/index.js';
import type { LoadedRecord } from '../read/index.js';
import type { LineInput } from './line-input.js';
import { type ParsedInput, parseFieldValue } from './record-input.js';
import { type LineOwner, type LineWish, replaceLines, type RowLine, rowLines } from './row-lines.js';
import type { PreparedEdit } from './value-edits.js';
import { kindOf, type ValueOrigin } from './value-origin.js';

/** A job that changes the other records that a deletion or restoration affects. */
export interface CascadeJob {
  id: string;
  status: string;
  /** Number of records to change. */
  total: number;
}

/** Original creation date and author, which an import may keep. */
export interface Provenance {
  createdAt?: string;
  createdBy?: { kind: string; id: string | null };
}

/** The phases of a write, in order. */
export type WritePhase = 'prepare' | 'rules' | 'derivations' | 'checks' | 'effects';

/** In which phase values of an origin are set. Later phases never feed earlier ones. */
const SET_IN: Record<ReturnType<typeof kindOf>, WritePhase> = {
  asked: 'prepare',
  preset: 'prepare',
  default: 'prepare',
  rule: 'rules',
  derived: 'derivations',
};

/** What a row needs to know of its batch. */
export interface RowFrame {
  readonly descriptor: RecordDescriptor;
  /** The phase that the batch is in. */
  readonly phase: WritePhase;
}

/** One row on its way through the phases of a write. */
export class WriteRow {
  readonly errors: FieldProblem[] = [];
  /** The record before the write; null on create. */
  before: LoadedRecord | null = null;
  /** Names of references after the write that the author may see, by field key. Names are composed only of these. */
  names: Record<string, string | undefined> = {};
  provenance: Provenance = {};
  /** Fields whose value comes from another record that was merged into this one, with its id. */
  takenFrom: Readonly<Record<string, string>> = {};
  /** Verb of this row's event, if it differs from the batch's. */
  verb: string | undefined;
  /** Writes the row and an event even if no field changes, because something else did (e.g. a link's role). */
  touch = false;
  /**
   * Whether the actor sees a field of the record unmasked. A rule whose result would depend on a value that they do not
   * see treats it as empty: see docs/adr/0016-answers-tell-nothing-hidden.md. The product itself sees all fields.
   */
  sees: (fieldKey: string) => boolean = () => true;
  /**
   * The object's own verb that this change amounts to, and the field that says so: a deal whose stage becomes a won one is won.
   * Whoever set the field needs the right to the verb, whichever way the change comes.
   */
  acts: { verb: string; field: string } | undefined;
  /**
   * Values given for fields that the actor may not write. Accepted only if they repeat what the actor was shown, in a new
   * record: what it starts with anyway.
   */
  pending: Record<string, unknown> = {};
  /** Values given that their fields do not accept, unless the record has them already and the actor is shown them. */
  doubtful: ParsedInput['doubtful'] = [];
  /** Changes of the values that the record has, for the engine's merge. */
  edits: readonly PreparedEdit[] = [];
  /** Lines given for the record, by the key of their collection, for the engine's merge. */
  givenLines: ReadonlyMap<string, LineInput[]> = new Map();
  /** Conflict, missing record and the like; determines the status of a single write. */
  failure: { status: number; code: string; detail: string; extras?: Record<string, unknown> } | null = null;
  /** The job that changes the other records which this write affects, if they are many. */
  cascade: CascadeJob | undefined;
  /** References set since they were last checked, for the engine. */
  readonly unchecked = new Set<string>();
  private readonly wanted: RecordState;
  private readonly origins = new Map<string, ValueOrigin>();
  private readonly askedKeys: Set<string>;
  /** Fields of lines that the caller gave, as `<line id>/<name>`. */
  private readonly askedInLines = new Set<string>();
  /** Where values of lines come from, by field key and line id. */
  private readonly lineOrigins = new Map<string, Map<string, ValueOrigin>>();
  private state: RecordState = {};
  private readonly overruled: RecordState = {};

  /** @param asked what the caller sent, parsed, by field key */
  constructor(
    readonly index: number,
    readonly id: string,
    asked: RecordState,
    private readonly frame: RowFrame,
  ) {
    this.wanted = asked;
    this.askedKeys = new Set(Object.keys(asked));
  }

  /** What was asked for, by field key, completed by presets and defaults. Its values are parsed. */
  get given(): Readonly<RecordState> {
    return this.wanted;
  }

  /** Keys of the fields that the caller asked to set. */
  get asked(): ReadonlySet<string> {
    return this.askedKeys;
  }

  /** Values after the write, by field key. */
  get after(): Readonly<RecordState> {
    return this.state;
  }

  /** The values that the author answers for: those after the write, but without what rules of the company set. */
  get asAsked(): Readonly<RecordState> {
    return Object.keys(this.overruled).length ? { ...this.state, ...this.overruled } : this.state;
  }

  /** Adds a parsed value to what was asked for, before the record is known. For the engine's preparation. */
  give(fieldKey: string, value: unknown, origin: 'asked' | 'preset' | 'default'): void {
    this.wanted[fieldKey] = value;
    if (origin === 'asked') this.askedKeys.add(fieldKey);
    else this.origins.set(fieldKey, origin);
  }

  /** Lays what was asked for over the record. For the engine's merge. */
  merge(): void {
    this.state = { ...this.before?.state, ...this.wanted };
  }

  /** Gives a field without a value its empty one. For the engine's merge. */
  complete(fieldKey: string, empty: unknown): void {
    if (this.state[fieldKey] === undefined) this.state[fieldKey] = empty;
  }

  /** Puts the lines in place that follow from what was asked. For the engine's merge. @param asked fields that were given */
  lay(collection: LineCollection, lines: OwnedLine[], asked: { line: string; name: string }[]): void {
    this.state[collection.key] = lines;
    for (const { line, name } of asked) {
      this.askedInLines.add(`${line}/${name}`);
      this.askedKeys.add(collection.byName.get(name)!.key);
    }
    const before = linesIn(this.before?.state ?? {}, collection);
    if (
      !sameValue(
        before.map(({ id }) => id),
        lines.map(({ id }) => id),
      )
    )
      this.askedKeys.add(collection.key);
  }

  /** Returns the record's lines after the write, in order. */
  lines(key: string): RowLine[] {
    const collection = this.collection(key);
    return rowLines(collection, this.ownerOf(collection));
  }

  /**
   * Replaces the record's lines: keeps those whose id is given, adds those without one and removes the rest. Values go
   * through codecs and reference checks as in {@link set}.
   */
  setLines(key: string, wishes: LineWish[], origin: ValueOrigin): void {
    const collection = this.collection(key);
    replaceLines(collection, this.ownerOf(collection), wishes, origin);
  }

  private collection(key: string): LineCollection {
    const found = collectionOf(this.frame.descriptor, key);
    if (!found) throw new Error(`${this.frame.descriptor.key} owns no "${key}"`);
    return found;
  }

  private ownerOf(collection: LineCollection): LineOwner {
    const row = this;
    return {
      before: linesIn(this.before?.state ?? {}, collection),
      get after() {
        return linesIn(row.state, collection);
      },
      put(lines, noted, origin) {
        const { key } = collection;
        if (kindOf(origin) === 'rule' && !(key in row.overruled)) row.overruled[key] = row.state[key];
        row.state[key] = lines;
        for (const { key: field, id } of noted) {
          if (!row.lineOrigins.has(field)) row.lineOrigins.set(field, new Map());
          row.lineOrigins.get(field)!.set(id, origin);
        }
        if (collection.fields.some((f) => f.references)) row.unchecked.add(key);
      },
      check: (field, origin) => this.checkPhase(field, origin),
      isAsked: (id, name) => this.askedInLines.has(`${id}/${name}`),
      refuse: (problem) => void this.errors.push(problem),
    };
  }

  private checkPhase(fieldKey: string, origin: ValueOrigin): void {
    const { phase } = this.frame;
    if (SET_IN[kindOf(origin)] !== phase)
      throw new Error(`"${fieldKey}" is ${kindOf(origin)} and can't be set during ${phase}`);
  }

  /**
   * Sets the value of a field after the write. It goes through the field's codec, and if it refers to records, these are
   * looked up when the phase ends; a value that is not accepted refuses the row. A value that the field has already keeps
   * its origin.
   * @param value in API form
   * @throws Error for an unknown field, and outside of the phase in which values of this origin are set
   */
  set(fieldKey: string, value: unknown, origin: ValueOrigin): void {
    const { descriptor } = this.frame;
    const f = descriptor.byKey.get(fieldKey);
    if (!f) throw new Error(`${descriptor.key} has no field "${fieldKey}"`);
    this.checkPhase(fieldKey, origin);
    const current = this.state[fieldKey] ?? null;
    if (current === value) return;
    const parsed = parseFieldValue(f, value);
    if ('problem' in parsed) {
      this.errors.push(parsed.problem);
      return;
    }
    if (sameValue(current, parsed.value ?? null)) return;
    if (kindOf(origin) === 'rule' && !(fieldKey in this.overruled)) this.overruled[fieldKey] = current;
    this.state[fieldKey] = parsed.value;
    this.origins.set(fieldKey, origin);
    if (refersToRecords(f)) this.unchecked.add(fieldKey);
  }

  /** Where the value of a field after the write comes from; undefined if the write does not set it. */
  originOf(fieldKey: string): ValueOrigin | undefined {
    return this.origins.get(fieldKey) ?? (this.askedKeys.has(fieldKey) ? 'asked' : undefined);
  }

  /** Fields whose value was not plainly asked for, with where it comes from. */
  get unasked(): ReadonlyMap<string, ValueOrigin> {
    return this.origins;
  }

  /** Where values of a field of lines come from that were not plainly asked for, by line id. */
  lineOriginsOf(fieldKey: string): ReadonlyMap<string, ValueOrigin> | undefined {
    return this.lineOrigins.get(fieldKey);
  }

  /** Everything that was not plainly asked for, with where it comes from: fields, lines, and fields of lines. */
  *allUnasked(): Generator<[key: string, origin: ValueOrigin]> {
    yield* this.origins;
    for (const [key, byLine] of this.lineOrigins) for (const origin of byLine.values()) yield [key, origin];
  }

  /** Refuses the row because of one field. */
  refuse(fieldKey: string, code: string, message: string, params?: Record<string, unknown>): void {
    this.errors.push({ pointer: fieldPointer(fieldKey), code, message, ...(params ? { params } : {}) });
  }

  /** Refuses the row as a whole. */
  fail(status: number, code: string, detail: string, extras?: Record<string, unknown>): void {
    this.failure ??= { status, code, detail, ...(extras ? { extras } : {}) };
  }

  /** Whether no problem has been found so far. */
  get ok(): boolean {
    return this.errors.length === 0 && this.failure === null;
  }

  /** Whether the field's value differs from before. */
  changed(fieldKey: string): boolean {
    return !sameValue(this.before?.state[fieldKey] ?? null, this.state[fieldKey] ?? null);
  }

  /**
   * Whether the author may be changing the field: its value differs, or they gave one for a field that they don't see. Refusals
   * ask this: if they asked whether the value differs, they would tell the author that a guess is right.
   */
  mayChange(fieldKey: string): boolean {
    return this.changed(fieldKey) || (this.askedKeys.has(fieldKey) && !this.sees(fieldKey));
  }
}
