/** How the values of a field are worked out while that is edited. Pure, so that tests need no browser. */
import type { Condition, FieldType } from '@pellucid/conditions';
import type { ComputedKind, CustomField, CustomFieldChange } from '../api/custom-fields';

type RollupWish = NonNullable<CustomFieldChange['rollup']>;

export interface RollupDraft {
  /** Key of the object whose records are counted. */
  object: string;
  /** Its field that refers to this object. */
  field: string;
  fn: RollupWish['fn'];
  /** Its field that is added up or compared; empty for a count. */
  of: string;
  filter: Condition | undefined;
}

export interface ComputedDraft {
  formula: string;
  /** What a new formula's values are shown as; undefined for the type of the result. */
  valueType: FieldType | undefined;
  rollup: RollupDraft;
  autoNumber: { prefix: string; digits: string; start: string };
}

/** Fewest digits of a number if nobody says something else. */
export const USUAL_DIGITS = 5;

/** What a new computed field begins with. */
export function emptyComputed(): ComputedDraft {
  return {
    formula: '',
    valueType: undefined,
    rollup: { object: '', field: '', fn: 'count', of: '', filter: undefined },
    autoNumber: { prefix: '', digits: '', start: '' },
  };
}

/** In: a field. Out: how its values are worked out, as the draft shows it. */
export function computedDraftOf({ formula, rollup, autoNumber }: CustomField): ComputedDraft {
  const none = emptyComputed();
  return {
    ...none,
    formula: formula ?? '',
    rollup: rollup
      ? { ...rollup, of: rollup.of ?? '', filter: rollup.filter as Condition | undefined }
      : none.rollup,
    autoNumber: {
      prefix: autoNumber?.prefix ?? '',
      digits: String(autoNumber?.digits ?? ''),
      start: String(autoNumber?.start ?? ''),
    },
  };
}

/** What is sent of how values are worked out. */
export function computedWish(
  kind: ComputedKind,
  { formula, rollup, autoNumber }: ComputedDraft,
): Pick<CustomFieldChange, 'formula' | 'rollup' | 'autoNumber'> {
  const { object, field, fn, of, filter } = rollup;
  const { prefix, digits, start } = autoNumber;
  switch (kind) {
    case 'formula':
      return { formula };
    case 'rollup':
      return {
        rollup: {
          object,
          field,
          fn,
          ...(fn !== 'count' && of ? { of } : {}),
          ...(filter ? { filter: filter as never } : {}),
        },
      };
    case 'autoNumber':
      return {
        autoNumber: {
          ...(prefix ? { prefix } : {}),
          ...(digits.trim() ? { digits: Number(digits) } : {}),
          ...(start.trim() ? { start: Number(start) } : {}),
        },
      };
  }
}

/** The first number of a series as records show it: "T-00001". */
export function numberExample({ prefix, digits, start }: ComputedDraft['autoNumber']): string {
  return prefix + (start.trim() || '1').padStart(Number(digits.trim() || USUAL_DIGITS) || 0, '0');
}
