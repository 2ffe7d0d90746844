import { type Condition, fieldsOf } from '@pellucid/conditions';
import type { FieldLevel, Grant, Subject, TenantSnapshot } from '../../access/index.js';
import type { FieldDescriptor, RecordDescriptor, RecordState } from '../describe/index.js';

/** How a reader may see a field. */
export type FieldVisibility = 'clear' | 'mask' | 'hidden';

/** What one actor may do with the fields of one object. */
export interface FieldRules {
  /** True when every field is unmasked, writable and filterable; engines then skip the checks per field. */
  allClear: boolean;
  read(field: string): FieldVisibility;
  canWrite(field: string): boolean;
  /**
   * Whether the actor may sort, filter and search by the field. For a masked field, order and matches would reveal the
   * value.
   */
  canFilter(field: string): boolean;
  /** Returns the masked form of a value. */
  mask(field: string, value: unknown): unknown;
  /** Whether the record's name may be shown: every field that it is composed of is unmasked. */
  nameVisible: boolean;
  /** Whether all fields of the record that a derived field is made of are unmasked. */
  sourcesClear(field: string): boolean;
}

/** One grant's contribution to a scope. */
export interface ScopeBranch {
  grant: Grant;
  /** Condition on the record's own fields: ownership and the policy's condition. Undefined admits every record. */
  condition: Condition | undefined;
  /** The part of the condition about ownership; undefined means any owner. */
  reach: Condition | undefined;
}

/** A field by which records are linked to others that open them to the actor. */
export interface OpeningLink {
  field: FieldDescriptor;
  /** The object that it links to. */
  parent: RecordDescriptor;
  /** The scopes that a linked record must be in; none if every undeleted one opens. */
  scopes: RecordScope[];
}

/** Records that are open to an actor because others are that they are linked to (ADR 32). */
export interface Inheritance {
  /** What the actor must be able to do with the linked record. */
  access: 'read' | 'edit';
  links: OpeningLink[];
}

/**
 * Records that an actor may do an action with: those that a branch admits, those shared with the actor, and those that
 * linked records open.
 */
export interface RecordScope {
  branches: ScopeBranch[];
  shares: {
    /** Ids of the member and of their teams. */
    grantees: string[];
    /** Minimum access that a share must grant. */
    access: 'read' | 'edit';
  } | null;
  /** Widens whose records a branch reaches. Its policy still applies. */
  inherited: Inheritance | null;
}

/** What an actor may do with one object by one action. */
export interface ObjectAccess {
  allowed: boolean;
  /** Undefined means all records. */
  scope: RecordScope | undefined;
  /** Branches of all grants, even if one of them admits every record. */
  branches: ScopeBranch[];
  /** Field rules that hold for every record; used for filters, sorts and descriptions. */
  rules: FieldRules;
  /**
   * Set when roles reach different records and differ in their field rules: the scope of each set of rules (undefined
   * means all records). Bit n of {@link rulesFor} says whether scope n admits the record. Null when one set of rules
   * applies to all records.
   */
  profiles: (RecordScope | undefined)[] | null;
  /** Returns the rules for a record by the profiles that admit it. */
  rulesFor(bits: number): FieldRules;
  /** Whether a condition depends on the current time, so that its compiled form must not be cached. */
  timeBound: boolean;
  /** Returns the level of a field for a record, for explanations. */
  levelFor(bits: number, field: string): FieldLevel;
  /** Returns a text that is the same for all levels that show a record alike, lines and derived values included. */
  levelsText(bits: number): string;
}

/** A record as conditions evaluate it, with the access that its shares and its links grant the actor. */
export interface RecordView {
  object: string;
  state: RecordState;
  shared: 'read' | 'edit' | null;
  linked: 'read' | 'edit' | null;
}

/** Returns a record that nothing but its own values opens. */
export function valuesOnly(object: string, state: RecordState): RecordView {
  return { object, state, shared: null, linked: null };
}

/** Decides on access to fields and records. The record engine asks it before every output. */
export interface FieldAccess {
  /** Returns the field rules of the context's actor that hold for every record. */
  rules(object: string, snapshot: TenantSnapshot): FieldRules;
  /** Returns what the context's actor, or the given subject, may do with the object by the action. */
  decide(object: string, action: string, snapshot: TenantSnapshot, subject?: Subject): ObjectAccess;
  /** Whether the access admits a record in memory. */
  admits(access: ObjectAccess, record: RecordView, snapshot: TenantSnapshot): boolean;
  /** Whether a condition on an object's own fields holds for values in API form. */
  holds(object: string, condition: Condition, state: RecordState, snapshot: TenantSnapshot): boolean;
  /** Returns which profiles admit a record in memory, as bits for {@link ObjectAccess.rulesFor}. */
  bitsOf(access: ObjectAccess, record: RecordView, snapshot: TenantSnapshot): number;
}

/** DI token of {@link FieldAccess}. */
export const FIELD_ACCESS = Symbol('FieldAccess');

/** Fields that determine whose record it is. */
const WHOSE = ['owner', 'legalEntity'] as const;

/**
 * Returns which of these fields an update may change only with the permission to `assign`. Whoever reaches an unowned
 * record through a role may take it; a share allows neither that nor a change of the legal entity.
 * @param state the record before the update
 * @param isReached whether one of the actor's roles, and not only a share, reaches the record for the update
 */
export function assignedFields(state: RecordState, isReached: boolean): (typeof WHOSE)[number][] {
  return WHOSE.filter((key) => !isReached || (key === 'owner' && Boolean(state[key])));
}

const ALL_CLEAR: FieldRules = {
  allClear: true,
  read: () => 'clear',
  canWrite: () => true,
  canFilter: () => true,
  mask: (_field, value) => value,
  nameVisible: true,
  sourcesClear: () => true,
};

/** Access to everything; the product itself works with it. */
export const UNLIMITED: ObjectAccess = {
  allowed: true,
  scope: undefined,
  branches: [],
  rules: ALL_CLEAR,
  profiles: null,
  rulesFor: () => ALL_CLEAR,
  timeBound: false,
  levelFor: () => 'edit',
  levelsText: () => 'edit',
};

const NOTHING: FieldRules = {
  allClear: false,
  read: () => 'hidden',
  canWrite: () => false,
  canFilter: () => false,
  mask: () => null,
  nameVisible: false,
  sourcesClear: () => false,
};

/** Access to nothing: how a record is shown to somebody who changed it without the right to read it. */
export const UNSEEN: ObjectAccess = {
  ...UNLIMITED,
  allowed: false,
  rules: NOTHING,
  rulesFor: () => NOTHING,
  levelFor: () => 'hidden',
  levelsText: () => 'hidden',
};

/** Returns the fields that decide whether a branch admits a record. */
export function fieldsDeciding(branches: ScopeBranch[]): string[] {
  return [
    ...new Set(branches.flatMap((b) => (b.condition ? fieldsOf(b.condition) : []).map((path) => path[0]!))),
  ];
}
