import { compileEvaluator, type FieldResolver } from '@pellucid/conditions';
import { useMemo } from 'react';
import { useFormats } from '@/lib/format/formats';
import { visibilityOf } from '../access/field-visibility';
import { fieldValueOf } from '../fields/field-place';
import { fieldOf, isReference, type ObjectDescription, type RecordData } from '../object-description';
import type { ColourRule } from './view-model';

/** What conditions compare of a value as records contain it. */
const compared = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(compared) : isReference(value) ? value.id : value;

/** A function that gives the colour of a record by the first rule it meets. A rule that can't be applied is skipped. */
export function useColours(object: ObjectDescription, rules: ColourRule[] | undefined) {
  const { zone } = useFormats();
  return useMemo(() => {
    const resolver: FieldResolver = {
      field: (path) => {
        const field = path.length === 1 ? fieldOf(object, path[0] ?? '') : undefined;
        return (
          field && {
            key: field.key,
            type: field.type,
            ...(field.scale !== undefined && { scale: field.scale }),
          }
        );
      },
    };
    const tests = (rules ?? []).flatMap(({ when, colour }) => {
      try {
        return [{ colour, test: compileEvaluator(when, resolver, { now: new Date(), zone }) }];
      } catch {
        return [];
      }
    });
    if (tests.length === 0) return undefined;
    return (record: RecordData): string | undefined => {
      const read = ([key = '']: string[]) => {
        const field = fieldOf(object, key);
        // A masked value is no value: a colour would tell it.
        return field && visibilityOf(record, key) === 'clear' ? compared(fieldValueOf(record, field)) : null;
      };
      return tests.find(({ test }) => test(read))?.colour;
    };
  }, [object, rules, zone]);
}
