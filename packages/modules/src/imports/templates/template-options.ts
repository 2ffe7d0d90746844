import type { RecordDescriptor } from '@pellucid/platform/records';
import type { ImportRights } from '../engine/import-rights.js';
import type { ImportOptions } from '../import-options.schema.js';
import { importTarget, importTargets } from '../mapping/import-targets.js';

/** Options without what can't be used any more. */
export interface UsableOptions {
  options: ImportOptions;
  /** What a column was mapped to in vain. */
  leftOut: { column: string; field: string }[];
}

/**
 * Returns the part of kept options that applies to an object as somebody may fill it now.
 * @param descriptor with the fields that they may fill
 * @param isClear whether they may look up records by a field: a column whose records they can't look up is left out
 */
export function usableOptions(
  options: ImportOptions,
  descriptor: RecordDescriptor,
  isClear: ImportRights['isClear'],
): UsableOptions {
  const targets = new Map(importTargets(descriptor).map((target) => [target.key, target]));
  const usableIn = (column: string) => (key: string) => {
    const by = options.references?.[column]?.by;
    const target = targets.get(key);
    return target !== undefined && (!by || !target.references || isClear(target.references, by));
  };
  const leftOut: UsableOptions['leftOut'] = [];
  const mapping: ImportOptions['mapping'] = {};
  for (const [column, given] of Object.entries(options.mapping)) {
    const isUsable = usableIn(column);
    const kept = [given].flat().filter(isUsable);
    leftOut.push(...[given].flat().flatMap((field) => (isUsable(field) ? [] : [{ column, field }])));
    if (kept.length) mapping[column] = kept.length === 1 ? kept[0]! : kept;
  }
  const filled = new Set(Object.values(mapping).flat());
  const isGone = (column: string) =>
    Object.hasOwn(options.mapping, column) && !Object.hasOwn(mapping, column);
  const byColumn = <T>(part: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(part).filter(([column]) => !isGone(column)));
  const lines = Object.entries(options.lines ?? {}).filter(
    ([key, { matchBy }]) =>
      [...filled].some((field) => field.startsWith(`${key}.`)) &&
      (matchBy === undefined || filled.has(matchBy)),
  );
  const { dateOrder, decimalMark, values, references, matchBy } = options;
  return {
    options: {
      ...options,
      mapping,
      ...(matchBy && { matchBy: matchBy.filter((key) => filled.has(key)) }),
      ...(options.lines && { lines: Object.fromEntries(lines) }),
      ...(values && { values: byColumn(values) }),
      ...(references && { references: byColumn(references) }),
      ...(typeof dateOrder === 'object' && { dateOrder: byColumn(dateOrder) }),
      ...(typeof decimalMark === 'object' && { decimalMark: byColumn(decimalMark) }),
    },
    leftOut,
  };
}

/**
 * Returns the fields that options name, with their objects: `account.custom.size`.
 * @param descriptors returns each object's description as the tenant sees it
 */
export function fieldsNamed(
  options: ImportOptions,
  descriptors: (object: string) => RecordDescriptor,
): string[] {
  const { object, mapping, matchBy = [], lines = {}, references = {} } = options;
  const own = [
    ...Object.values(mapping).flat(),
    ...matchBy,
    ...Object.values(lines).flatMap((line) => line.matchBy ?? []),
  ];
  const descriptor = descriptors(object);
  const elsewhere = Object.entries(references).flatMap(([column, { by }]) =>
    [mapping[column] ?? []].flat().flatMap((key) => {
      const to = importTarget(descriptor, key)?.references;
      return to && by ? [`${to}.${by}`] : [];
    }),
  );
  return [...new Set([...own.map((key) => `${object}.${key}`), ...elsewhere])].sort();
}
