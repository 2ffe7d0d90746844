import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import {
  fieldOf,
  type FilterContext,
  isToldEverywhere,
  namesAreClear,
  type QueryParts,
  type RecordReader,
} from '@pellucid/platform/records';
import { RECORD_ID_KEY, targetLabel } from '../mapping/import-targets.js';
import { BY_NAME, type ImportPlan } from './import-plan.js';

/** What the importing person may see of the records that rows are compared with. */
export interface ImportRights {
  /** Returns a predicate for the records of an object (an alias of its table) that they may read; undefined for all. */
  readable(object: string, alias: string, parts: QueryParts): string | undefined;
  /** Whether they see the field, or the names of records, unmasked; records may be looked up only by such fields. */
  isClear(object: string, by: string): boolean;
}

/** Returns the rights of the context's actor. */
export function importRights(reader: RecordReader, context: FilterContext): ImportRights {
  return {
    readable: (object, alias, parts) => reader.readable(object, alias, parts, context),
    isClear(object, by) {
      const access = context.access.decide(object, 'read', context.snapshot);
      const descriptor = context.registry.forTenant(object, context.snapshot);
      if (by === RECORD_ID_KEY) return access.allowed;
      if (by === BY_NAME && !descriptor.byKey.has(BY_NAME)) return namesAreClear(access, descriptor, context);
      const field = fieldOf(descriptor, by);
      return (
        access.allowed &&
        access.rules.canFilter(by) &&
        (!field || isToldEverywhere(field, descriptor, access.rules, context))
      );
    },
  };
}

/**
 * Returns problems for match keys of the plan that the person does not see unmasked: matches would reveal their values.
 */
export function withheldKeys(plan: ImportPlan, rights: ImportRights): FieldProblem[] {
  const problem = (at: (string | number)[], label: string): FieldProblem => ({
    pointer: pointer('options', ...at),
    code: 'fieldNotInClear',
    message: `Your roles mask or hide "${label}", so records can't be matched by it.`,
  });
  return [
    ...plan.matchBy.flatMap((field, i) =>
      rights.isClear(plan.object, field.key) ? [] : [problem(['matchBy', i], field.label)],
    ),
    ...plan.lines.flatMap(({ collection, matchBy }) =>
      !matchBy || rights.isClear(plan.object, matchBy.key)
        ? []
        : [problem(['lines', collection.key, 'matchBy'], targetLabel(matchBy))],
    ),
    ...plan.targets.flatMap(({ reference, columnName }) =>
      !reference || rights.isClear(reference.object, reference.by)
        ? []
        : [problem(['references', columnName, 'by'], `${reference.object}.${reference.by}`)],
    ),
  ];
}
