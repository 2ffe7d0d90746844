import type { FieldType } from '@pellucid/conditions';
import { IconMathFunction, IconNumber123, IconSum, type TablerIcon } from '@tabler/icons-react';
import { typeIcon } from '@/records/field-types/added-types';
import type { ComputedKind } from './api/custom-fields';

/** Ways to work values out, in the order in which they are offered, with their icons. */
export const COMPUTED_ICONS: Readonly<Record<ComputedKind, TablerIcon>> = {
  formula: IconMathFunction,
  rollup: IconSum,
  autoNumber: IconNumber123,
};

/** The icon of a type, or of a way to work values out. */
export function fieldIcon(of: FieldType | ComputedKind): TablerIcon {
  return of in COMPUTED_ICONS ? COMPUTED_ICONS[of as ComputedKind] : typeIcon(of as FieldType);
}
