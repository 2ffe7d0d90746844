/** How two values are compared to find records that mean the same. */
export const MATCH_METHODS = ['exact', 'normalised', 'fuzzy'] as const;
export type MatchMethod = (typeof MATCH_METHODS)[number];

/** What a rule does with a write that would make a duplicate. */
export const DUPLICATE_ACTIONS = ['off', 'warn', 'block'] as const;
export type DuplicateAction = (typeof DUPLICATE_ACTIONS)[number];

/** One comparison of a rule. */
export interface MatchCondition {
  method: MatchMethod;
  /** Keys of the compared fields, by object. Several fields of an object are compared as one text. */
  fields: Readonly<Record<string, readonly string[]>>;
  /** How alike values must be, in percent. Only for `fuzzy`. */
  threshold?: number;
}

/** When records of one or several objects are duplicates of each other: all conditions hold. */
export interface DuplicateRule {
  id: string;
  name: string;
  /** Raised when objects or conditions change: keys and pairs of an earlier edition don't count. */
  edition: number;
  objects: readonly string[];
  conditions: readonly MatchCondition[];
  onCreate: DuplicateAction;
  onUpdate: DuplicateAction;
  onImport: DuplicateAction;
}

/** Selects the rules that are active. */
export const DUPLICATE_RULES_QUERY = {
  text: `select id, name, edition, objects, conditions, on_create as "onCreate", on_update as "onUpdate", on_import as "onImport"
           from duplicate_rule where is_active order by id`,
};
