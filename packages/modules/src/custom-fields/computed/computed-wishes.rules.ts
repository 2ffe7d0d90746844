/** How the API says that the product works out a field's values, and how that is stored. */
import type { FieldType } from '@pellucid/conditions';
import type { AutoNumberSettings, ComputedSettings, RollupSettings } from '@pellucid/platform/access';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import type { FieldContent, FieldSettings } from '../definitions/definition.types.js';

/** Ways in which the product works values out. In the API they stand in place of a field's type. */
export const COMPUTED_KINDS = ['formula', 'rollup', 'autoNumber'] as const;

/** A way in which the product works values out. */
export type ComputedKind = (typeof COMPUTED_KINDS)[number];

/** What the API says about such a field. */
export interface ComputedParts {
  formula?: string | undefined;
  rollup?: Omit<RollupSettings, 'kind'> | undefined;
  autoNumber?: Omit<AutoNumberSettings, 'kind'> | undefined;
  valueType?: FieldType | undefined;
}

/** A new field as a request describes it. */
export type FieldWish = Omit<FieldContent, 'type' | 'computed'> & {
  type: FieldType | ComputedKind;
} & ComputedParts;

/** Whether a wish names one of the ways instead of a type. */
export const isComputedKind = (type: string): type is ComputedKind =>
  (COMPUTED_KINDS as readonly string[]).includes(type);

/** Settings that say what people enter, so a field whose values nobody enters has none of them. */
const ABOUT_INPUT = [
  'required',
  'requiredIf',
  'default',
  'unique',
  'options',
  'dependsOn',
  'references',
  'linksTo',
  'pattern',
  'maxLength',
  'min',
  'max',
] as const satisfies (keyof FieldSettings)[];

/** Refuses settings about input, and parts of other ways. */
export function wishProblems(wish: FieldWish): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const kind of COMPUTED_KINDS) {
    if (wish.type === kind && wish[kind] === undefined && kind !== 'autoNumber')
      problems.push({
        pointer: pointer(kind),
        code: 'required',
        message: `A field of type "${kind}" needs "${kind}".`,
      });
    if (wish.type !== kind && wish[kind] !== undefined)
      problems.push({
        pointer: pointer(kind),
        code: 'settingNotForType',
        message: `Only fields of type "${kind}" have "${kind}". Leave it out.`,
        params: { setting: kind, type: wish.type },
      });
  }
  if (!isComputedKind(wish.type)) return problems;
  for (const key of ABOUT_INPUT)
    if (wish[key] !== undefined && wish[key] !== null && wish[key] !== false)
      problems.push({
        pointer: pointer(key),
        code: 'settingNotForType',
        message: `Nobody enters the values of this field, so it can't have "${key}". Leave it out.`,
        params: { setting: key, type: wish.type },
      });
  return problems;
}

/** Returns what the API shows of how values are made. */
export function computedShown(computed: ComputedSettings, valueType: FieldType) {
  const { kind, ...own } = computed;
  const parts: ComputedParts =
    computed.kind === 'formula'
      ? { formula: computed.formula }
      : computed.kind === 'rollup'
        ? { rollup: own as Omit<RollupSettings, 'kind'> }
        : { autoNumber: own as Omit<AutoNumberSettings, 'kind'> };
  return { type: kind, valueType, ...parts };
}
