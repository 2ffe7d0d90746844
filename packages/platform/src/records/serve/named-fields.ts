import { type Condition, fieldsOf } from '@pellucid/conditions';
import { z } from 'zod';

/** What a part of an answer names: a field of the object itself, one of the object that a reference leads to, or a condition on fields. */
type Named = { kind: 'field'; through?: string } | { kind: 'condition' };

/** The schemas that {@link fieldName} and {@link fieldCondition} made. */
const named = new WeakMap<z.core.$ZodType, Named>();

function naming<T extends z.ZodType>(schema: T, what: Named): T {
  named.set(schema, what);
  return schema;
}

/**
 * Schema of a value that names a field. {@link withoutHidden} leaves it out of answers if the field is hidden.
 * @param through for a field of another object: the key next to it that names the reference to that object
 */
export const fieldName = (through?: string): z.ZodString =>
  naming(z.string(), { kind: 'field', ...(through ? { through } : {}) });

/** Schema of a condition in an answer. {@link withoutHidden} leaves it out if the caller could not filter by it. */
export const fieldCondition = (): z.ZodUnknown => naming(z.unknown(), { kind: 'condition' });

/** What the reader of an answer may know about fields. */
export interface NamedFieldRules {
  /** @param through key of the reference to the object of the field, if it is another one */
  isShown(field: string, through?: string): boolean;
  canFilter(field: string): boolean;
}

/**
 * Returns an answer without whatever names a field that is hidden from its reader. A member that may be left out is left
 * out. An object or an element that can't be without it goes as a whole.
 * @param schema of the answer, which says what names a field
 */
export function withoutHidden<T>(schema: z.ZodType<T>, answer: T, rules: NamedFieldRules): T | undefined {
  return shown(schema, answer, rules, {}) as T | undefined;
}

function shown(schema: z.core.$ZodType, value: any, rules: NamedFieldRules, owner: any): unknown {
  if (schema instanceof z.ZodOptional) return shown(schema.unwrap(), value, rules, owner);
  if (value === undefined) return undefined;
  const names = named.get(schema);
  if (names?.kind === 'field')
    return rules.isShown(value, names.through && owner[names.through]) ? value : undefined;
  if (names?.kind === 'condition')
    return fieldsOf(value as Condition).every((path) => rules.canFilter(path.join('.'))) ? value : undefined;
  if (schema instanceof z.ZodArray)
    return value.flatMap((one: unknown) => shown(schema.element, one, rules, owner) ?? []);
  if (!(schema instanceof z.ZodObject)) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries<z.core.$ZodType>(schema.shape)) {
    const part = shown(member, value[key], rules, value);
    if (part !== undefined) kept[key] = part;
    else if (!(member instanceof z.ZodOptional)) return undefined;
  }
  return kept;
}
