import type { ObjectDescription } from '@/records/object-description';
import { fieldOf } from '@/records/object-description';
import type { DuplicatePair } from './api/duplicates';

type Condition = DuplicatePair['rules'][number]['conditions'][number];

/** Labels of the fields that a condition compares; the other object's too where they are called differently. */
export function comparedLabels(
  { fields, otherFields }: Condition,
  [first, second]: (ObjectDescription | undefined)[],
): string {
  const label = (object: ObjectDescription | undefined, key: string) =>
    (object && fieldOf(object, key)?.label) ?? key;
  const labels = fields.map((key, n) => {
    const [one, other] = [label(first, key), label(second, otherFields[n] ?? key)];
    return one === other ? one : `${one} / ${other}`;
  });
  return [...new Set(labels)].join(', ');
}

/** Keys of the fields that the best rule compares, of either record. */
export const comparedKeys = ({ rules: [best] }: DuplicatePair): ReadonlySet<string> =>
  new Set((best?.conditions ?? []).flatMap(({ fields, otherFields }) => [...fields, ...otherFields]));
