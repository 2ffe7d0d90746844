/** What forms make of the rules of a field that depend on other fields of the record. */
import {
  type Condition,
  fieldsOf,
  isFieldRequired,
  isFieldShown,
  isOptionOpen,
  type RecordLink,
} from '@pellucid/conditions';
import { type FieldDescription, type FieldOption, LEGAL_ENTITY } from '../object-description';

/** Whether what a form shows of the field depends on other fields, or on which options still can be chosen. */
export function hasRules(field: FieldDescription): boolean {
  const { requiredIf, visibleIf, dependsOn, entityOverrides, options } = field;
  return Boolean(
    requiredIf || visibleIf || dependsOn || entityOverrides || options?.some(({ retired }) => retired),
  );
}

/** The conditions of fields. */
export function ruleConditions(fields: FieldDescription[]): Condition[] {
  return fields.flatMap(({ requiredIf, visibleIf }) => [requiredIf ?? [], visibleIf ?? []].flat());
}

/** Keys of the fields that the rules ask. */
export function askedByRules(fields: FieldDescription[]): string[] {
  return [
    ...new Set([
      ...ruleConditions(fields)
        .flatMap(fieldsOf)
        .map((path) => path.join('.')),
      ...fields.flatMap(({ dependsOn, entityOverrides }) => [
        ...(dependsOn ? [dependsOn] : []),
        ...(entityOverrides ? [LEGAL_ENTITY] : []),
      ]),
    ]),
  ];
}

/**
 * In: a field, how the form's values are read in the API's form, and whether a condition holds. Out: the field as it is for
 * these values; undefined if the form leaves it out.
 */
export function ruledField(
  field: FieldDescription,
  read: (key: string) => unknown,
  holds: (condition: Condition) => boolean,
): FieldDescription | undefined {
  if (!hasRules(field)) return field;
  const override = field.entityOverrides?.[String(read(LEGAL_ENTITY) ?? '')];
  if (!isFieldShown(field, override, holds)) return undefined;
  const required = isFieldRequired(field, override, holds);
  const label = override?.label ?? field.label;
  return { ...field, required, label, ...(field.options && { options: openOptions(field, read, override) }) };
}

/** The options that can be chosen, and those that the record has already. */
function openOptions(
  { key, options = [], dependsOn, linksTo }: FieldDescription,
  read: (key: string) => unknown,
  override: { options?: string[] } | undefined,
): FieldOption[] {
  const values = (of: string) => [read(of) ?? []].flat();
  const held = new Set(linksTo ? values(key).map((link) => (link as RecordLink).role) : values(key));
  const deciding = dependsOn ? values(dependsOn) : undefined;
  return options.filter(
    (option) => held.has(option.value) || (!option.retired && isOptionOpen(option, override, deciding)),
  );
}
