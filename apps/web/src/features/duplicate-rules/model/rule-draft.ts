import { FIELD_TYPES } from '@pellucid/conditions';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import type { DuplicateCondition, DuplicateRule } from '../api/duplicate-rules';

export const METHODS = ['exact', 'normalised', 'fuzzy'] as const;
export const ACTIONS = ['off', 'warn', 'block'] as const;
export type Method = (typeof METHODS)[number];
export type Action = (typeof ACTIONS)[number];

/** Most conditions of a rule, and most fields of an object in one. As in the API. */
export const MOST = { conditions: 5, fields: 3 } as const;
/** How alike similar values must be unless the rule says otherwise, in percent. As in the API. */
export const USUAL_THRESHOLD = 85;

/** A condition while it is edited. */
export interface ConditionDraft {
  id: string;
  method: Method;
  /** Keys of the compared fields, by object. */
  fields: Record<string, string[]>;
  threshold: number;
}

/** A rule while it is edited. */
export interface RuleDraft {
  name: string;
  objects: string[];
  conditions: ConditionDraft[];
  onCreate: Action;
  onUpdate: Action;
  onImport: Action;
}

export const newCondition = (): ConditionDraft => ({
  id: crypto.randomUUID(),
  method: 'normalised',
  fields: {},
  threshold: USUAL_THRESHOLD,
});

export const emptyRule = (): RuleDraft => ({
  name: '',
  objects: [],
  conditions: [newCondition()],
  onCreate: 'warn',
  onUpdate: 'warn',
  onImport: 'warn',
});

export const draftOf = ({
  name,
  objects,
  conditions,
  onCreate,
  onUpdate,
  onImport,
}: DuplicateRule): RuleDraft => ({
  name,
  objects,
  conditions: conditions.map(({ method, fields, threshold }) => ({
    ...newCondition(),
    method,
    fields,
    ...(threshold === undefined ? {} : { threshold }),
  })),
  onCreate,
  onUpdate,
  onImport,
});

/** Returns the rule in the API's form. */
export function ruleOf({ name, objects, conditions, ...actions }: RuleDraft) {
  return {
    name: name.trim(),
    objects,
    conditions: conditions.map(
      ({ method, fields, threshold }): DuplicateCondition => ({
        method,
        fields: Object.fromEntries(objects.map((object) => [object, fields[object] ?? []])),
        ...(method === 'fuzzy' ? { threshold } : {}),
      }),
    ),
    ...actions,
  };
}

/** Whether each condition names a field of each object. */
export const isComplete = ({ objects, conditions }: RuleDraft): boolean =>
  objects.length > 0 && conditions.every(({ fields }) => objects.every((object) => fields[object]?.length));

const COMPARED = new Set(['text', 'decimal', 'date', 'datetime', 'choice', 'reference']);

/** Returns the fields of an object that a method can compare: single short values that people enter. */
export function comparableFields({ fields }: ObjectDescription, method: Method): FieldDescription[] {
  return fields.filter(({ type, readOnly, viewOnly, computed, isAdded, isSystem }) => {
    const { family, isMultiline, isFreeText } = FIELD_TYPES[type];
    if (isMultiline || !COMPARED.has(family) || (readOnly && !viewOnly) || computed || isAdded || isSystem)
      return false;
    return method !== 'fuzzy' || isFreeText === true;
  });
}
