import { type Condition, fieldsOf } from '@pellucid/conditions';
import type { FieldLevel, Grant, Subject, TenantSnapshot } from '../access/index.js';
import type { RecordState } from './descriptor.js';

/** How a reader may see a field. */
export type FieldVisibility = 'clear' | 'mask' | 'hidden';

/** What one actor may do with the fields of one object. */
export interface FieldRules {
  /** True when every field is in clear, writable and filterable: engines then take the short way. */
  allClear: boolean;
  read(field: string): FieldVisibility;
  canWrite(field: string): boolean;
  /** Whether one may sort, filter and search by it; order and matches would leak what is masked. */
  canFilter(field: string): boolean;
  /** The masked form of a value. */
  mask(field: string, value: unknown): unknown;
  /** Whether the record may be called by its name: every field that the name is made of is in clear. */
  nameVisible: boolean;
  /** Whether everything of the record that a derived field is made of is in clear. */
  sourcesClear(field: string): boolean;
}

/** One of the ways into a scope. */
export interface ScopeBranch {
  grant: Grant;
  /** Condition on the record's own fields: whose it is, and what the policy says. Undefined admits every record. */
  condition: Condition | undefined;
  /** The part of it that says whose the record is; undefined means anybody's. */
  reach: Condition | undefined;
}

/** Rows an actor may do an action with: those that one of the branches admits, and those shared with them. */
export interface RecordScope {
  branches: ScopeBranch[];
  shares: {
    /** The member and their teams. */
    grantees: string[];
    /** Least access a share must give. */
    access: 'read' | 'edit';
  } | null;
}

/** What an actor may do with one object by one action. */
export interface ObjectAccess {
  allowed: boolean;
  /** Undefined means all records. */
  scope: RecordScope | undefined;
  /** Branches of all grants, also where one of them admits everything. */
  branches: ScopeBranch[];
  /** Field rules that hold whatever the record: for filters, sorts and descriptions. */
  rules: FieldRules;
  /**
   * Where roles reach different records and say different things of their fields: the scope of each set of rules (undefined
   * means all records). Bit n of {@link rulesFor} says whether the n-th admits the record. Null where one set holds for all.
   */
  profiles: (RecordScope | undefined)[] | null;
  /** Rules of a record by the profiles that admit it. */
  rulesFor(bits: number): FieldRules;
  /** Whether a condition speaks of the current time, so that what is compiled of it does not keep. */
  timeBound: boolean;
  /** Level of a field for a record, for explanations. */
  levelFor(bits: number, field: string): FieldLevel;
}

/** A record as conditions see it, with the access that shares of it give the actor. */
export interface RecordView {
  object: string;
  state: RecordState;
  shared: 'read' | 'edit' | null;
}

/**
 * Decides about fields and rows. The record engine asks it at every outlet.
 */
export interface FieldAccess {
  /** Field rules of the context's actor that hold whatever the record. */
  rules(object: string, snapshot: TenantSnapshot): FieldRules;
  /** What the context's actor, or the subject, may do with the object by the action. */
  decide(object: string, action: string, snapshot: TenantSnapshot, subject?: Subject): ObjectAccess;
  /** The same question for one record in memory. */
  admits(access: ObjectAccess, record: RecordView, snapshot: TenantSnapshot): boolean;
  /** Whether a condition on an object's own fields holds for values in API form. */
  holds(object: string, condition: Condition, state: RecordState, snapshot: TenantSnapshot): boolean;
  /** Which profiles admit a record in memory: the bits for {@link ObjectAccess.rulesFor}. */
  bitsOf(access: ObjectAccess, record: RecordView, snapshot: TenantSnapshot): number;
}

/** DI token of {@link FieldAccess}. */
export const FIELD_ACCESS = Symbol('FieldAccess');

/** Fields that say whose a record is. */
const WHOSE = ['owner', 'legalEntity'] as const;

/**
 * The fields of those that an update changes only with the permission to `assign`. What is nobody's may be taken by
 * whoever reaches it by a role; a share makes it neither theirs nor their entity's.
 * @param state the record as it is
 * @param isReached whether one of the actor's roles reaches it for the update, and not a share alone
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

/** Nothing withheld, every record: what the product itself works under. */
export const UNLIMITED: ObjectAccess = {
  allowed: true,
  scope: undefined,
  branches: [],
  rules: ALL_CLEAR,
  profiles: null,
  rulesFor: () => ALL_CLEAR,
  timeBound: false,
  levelFor: () => 'edit',
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

/** Everything withheld: how a record is shown that one changed without having the right to read it. */
export const UNSEEN: ObjectAccess = {
  ...UNLIMITED,
  allowed: false,
  rules: NOTHING,
  rulesFor: () => NOTHING,
  levelFor: () => 'hidden',
};

/** Fields that decide whether a way in admits a record. */
export function fieldsDeciding(branches: ScopeBranch[]): string[] {
  return [
    ...new Set(branches.flatMap((b) => (b.condition ? fieldsOf(b.condition) : []).map((path) => path[0]!))),
  ];
}
