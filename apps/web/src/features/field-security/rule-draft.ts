import { FIELD_TYPES } from '@pellucid/conditions';
import type { MaskedField, MaskedObject, Rule } from './api/field-security';

/** Changed rules by "object.field". Null removes the field's own rule. */
export type RuleDraft = Record<string, Rule | null>;

/** Key of a field in drafts and errors: "object.field". */
export const nameOf = (object: string, field: string) => `${object}.${field}`;

/** The rule that a field would have: the changed one, its own, or the default. */
export function ruleOf(object: string, field: MaskedField, draft: RuleDraft): Rule {
  const changed = draft[nameOf(object, field.field)];
  if (changed) return changed;
  if (changed === undefined && field.rule) return field.rule;
  return { strategy: changed === null ? standardOf(field) : field.strategy, pii: null };
}

/** Whether a field would have its own rule. */
export function hasOwnRule(object: string, field: MaskedField, draft: RuleDraft): boolean {
  const changed = draft[nameOf(object, field.field)];
  return changed === undefined ? field.rule !== null : changed !== null;
}

/** How the product masks a field without a rule. */
export function standardOf({ type, strategies }: MaskedField): Rule['strategy'] {
  return strategies.includes('partial') && !FIELD_TYPES[type].isMultiline ? 'partial' : 'redact';
}

/** The draft with another change. A rule equal to the current one is not a change. */
export function withRule(draft: RuleDraft, object: string, field: MaskedField, rule: Rule | null): RuleDraft {
  const name = nameOf(object, field.field);
  const { [name]: _, ...others } = draft;
  const isStandard = rule !== null && rule.pii === null && rule.strategy === standardOf(field) && !field.rule;
  const wanted = isStandard ? null : rule;
  const isPresent =
    wanted === null
      ? field.rule === null
      : field.rule?.strategy === wanted.strategy && field.rule.pii === wanted.pii;
  return isPresent ? others : { ...others, [name]: wanted };
}

/** The changed rules of one object, as the preview and the API take them. A removed rule becomes the default one. */
export function changedRules(
  { object, fields }: MaskedObject,
  draft: RuleDraft,
): ({ field: string } & Rule)[] {
  return fields
    .filter(({ field }) => nameOf(object, field) in draft)
    .map((field) => ({ field: field.field, ...ruleOf(object, field, draft) }));
}

const PERSONAL = new Set(['personal', 'sensitive', 'secret']);
/** Maximum number of columns in the preview. */
const SHOWN = 4;

/** Fields shown in the preview: the changed ones, else those with their own rule, else the personal ones. */
export function previewFields({ object, fields }: MaskedObject, draft: RuleDraft): string[] {
  const changed = fields.filter(({ field }) => nameOf(object, field) in draft);
  const own = fields.filter(({ rule }) => rule);
  const personal = fields.filter(({ pii, example }) => PERSONAL.has(pii) && example);
  const chosen = [changed, own, personal, fields].find((list) => list.length > 0) ?? [];
  return chosen.slice(0, SHOWN).map(({ field }) => field);
}
