/** The company's rules about duplicates, ready to be applied to records. */
import { createHash } from 'node:crypto';
import type { MatchCondition, DuplicateRule, TenantSnapshot } from '../../access/index.js';
import {
  exactForm,
  type FieldCipher,
  type FieldDescriptor,
  isMatchable,
  type RecordRegistry,
  type RecordState,
} from '../describe/index.js';
import { soundsOf } from './similarity.js';

/** What a rule compares of the records of one object. */
export interface MatchSide {
  object: string;
  /** The fields of each condition. */
  fields: FieldDescriptor[][];
  /** Keys of all these fields. */
  keys: string[];
}

/** A rule whose fields are known. */
export interface MatchPlan {
  rule: DuplicateRule;
  sides: ReadonlyMap<string, MatchSide>;
  /** Set if the company encrypts one of the fields: keys must not tell its values. */
  cipher: FieldCipher | undefined;
}

const known = new WeakMap<TenantSnapshot, MatchPlan[]>();

/** Returns the active rules of a company. Objects and fields that are gone are left out. */
export function matchPlans(registry: RecordRegistry, snapshot: TenantSnapshot): MatchPlan[] {
  let plans = known.get(snapshot);
  if (!plans) {
    plans = snapshot.duplicateRules.flatMap((rule) => planOf(rule, registry, snapshot) ?? []);
    known.set(snapshot, plans);
  }
  return plans;
}

/** Returns a rule whose fields are known; undefined if no object is left that it can be applied to. */
export function planOf(
  rule: DuplicateRule,
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
): MatchPlan | undefined {
  const sides = rule.objects.flatMap((object): MatchSide[] => {
    if (!registry.has(object, snapshot)) return [];
    const { byKey } = registry.forTenant(object, snapshot);
    const fields = rule.conditions.map(({ fields }) =>
      (fields[object] ?? []).flatMap((key) => byKey.get(key) ?? []),
    );
    const isWhole = fields.every(
      (some, n) =>
        some.length > 0 &&
        some.length === rule.conditions[n]!.fields[object]!.length &&
        some.every(isMatchable),
    );
    return isWhole ? [{ object, fields, keys: fields.flat().map(({ key }) => key) }] : [];
  });
  if (!sides.length) return undefined;
  const cipher = sides.flatMap(({ fields }) => fields.flat()).find((f) => f.cipher?.seals)?.cipher;
  return { rule, sides: new Map(sides.map((side) => [side.object, side])), cipher };
}

/** Returns the rules about an object. */
export function plansFor(object: string, registry: RecordRegistry, snapshot: TenantSnapshot): MatchPlan[] {
  if (!snapshot.duplicateRules.length) return [];
  return matchPlans(registry, snapshot).filter(({ sides }) => sides.has(object));
}

/** Returns the form in which a condition compares a record; null if the record says too little. */
export function comparedForm(
  { method }: MatchCondition,
  fields: FieldDescriptor[],
  state: Readonly<RecordState>,
): string | null {
  const forms: string[] = [];
  for (const f of fields) {
    const value = state[f.key] ?? null;
    const form =
      value === null
        ? null
        : method === 'exact'
          ? exactForm(f, value)
          : f.traits.matching!.normalised(value, f);
    if (form === null) return null;
    forms.push(form);
  }
  return forms.join(' ');
}

/**
 * Returns the texts that a record shares with possible duplicates. Without fuzzy conditions, records are duplicates exactly
 * if they share the one that each has; with one, they must also be compared.
 */
function textsOf({ rule }: MatchPlan, { fields }: MatchSide, state: Readonly<RecordState>): string[] {
  // Most records that a rule says nothing about lack a value: they cost no comparison.
  if (fields.some((some) => some.some(({ key }) => (state[key] ?? null) === null))) return [];
  const equal: string[] = [];
  let sounds: string[] | undefined;
  for (const [n, condition] of rule.conditions.entries()) {
    const form = comparedForm(condition, fields[n]!, state);
    if (form === null) return [];
    if (condition.method !== 'fuzzy') equal.push(form);
    else sounds ??= soundsOf(form);
  }
  return (sounds ?? ['']).map((sound) => JSON.stringify([...equal, sound]));
}

/** Returns the keys under which a record is found by a rule, as UUIDs: hashes that differ from rule to rule. */
export function keysOf(plan: MatchPlan, object: string, state: Readonly<RecordState>): string[] {
  const side = plan.sides.get(object);
  if (!side) return [];
  const { cipher, rule } = plan;
  return [
    ...new Set(
      textsOf(plan, side, state).map((text) => hashed(rule, cipher ? cipher.matchForm(rule.id, text) : text)),
    ),
  ];
}

/** Returns the keys under which possible duplicates of a record may be stored, also those made with earlier field keys. */
export function soughtKeys(plan: MatchPlan, object: string, state: Readonly<RecordState>): string[] {
  const side = plan.sides.get(object);
  const { cipher, rule } = plan;
  if (!cipher || !side) return keysOf(plan, object, state);
  return textsOf(plan, side, state).flatMap((text) =>
    cipher.matchForms(rule.id, text).map((form) => hashed(rule, form)),
  );
}

function hashed({ id, edition }: DuplicateRule, text: string): string {
  const hex = createHash('sha256').update(`${id}/${edition}/`).update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Raise it when keys are made in another way: all are then made anew. */
const KEY_VERSION = 1;

/** Returns what the keys of a rule depend on besides the records. When it changes, they must be made anew. */
export function keyFormOf({ rule, sides, cipher }: MatchPlan, textForm: string): string {
  const fields = [...sides.values()].map(({ object, fields }) => [
    object,
    fields.map((some) => some.map(({ key, type, scale, names }) => [key, type, scale, names ?? ''])),
  ]);
  const content = [
    KEY_VERSION,
    rule.edition,
    textForm,
    cipher?.matchedBy ?? '',
    fields,
    rule.conditions.map(({ method }) => method),
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}
