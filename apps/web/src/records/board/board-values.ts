/** The columns of a board by any field, and what moving a record between them writes. Pure, so that tests need no browser. */
import { FIELD_TYPES } from '@pellucid/conditions';
import { type FieldDescription, isReference } from '../object-description';
import type { Group, GroupKey } from '../views/group-values';
import type { BoardLayout } from '../views/view-model';

/** A column of a board. */
export interface BoardColumn {
  /** The value of its records as text; null for records without a value. */
  value: string | null;
  key: GroupKey;
  /** The figures; undefined while they load, or without records. */
  group: Group | undefined;
  limit: number | undefined;
  isHidden: boolean;
}

/** Values that a field can have, whether or not there are records with them; undefined for references. */
function fixedKeys(field: FieldDescription): GroupKey[] | undefined {
  if (FIELD_TYPES[field.type].family === 'boolean') return [true, false];
  return field.options?.map(({ value }) => value);
}

const textOf = (key: GroupKey) => (key === null ? null : isReference(key) ? key.id : String(key));

/**
 * In: a field, the groups that there are and the view's choices. Out: the columns: first those that the view names, then the
 * others in the order of the options. Records without a value come last, unless the view says otherwise.
 */
export function boardColumns(field: FieldDescription, groups: Group[], layout: BoardLayout): BoardColumn[] {
  const keys = new Map<string | null, GroupKey>();
  for (const key of fixedKeys(field) ?? []) keys.set(textOf(key), key);
  for (const { key } of groups) if (key !== null) keys.set(textOf(key), key);
  const hasBlank = groups.some(({ key }) => key === null);
  if (hasBlank || !field.required) keys.set(null, null);
  const chosen = layout.columns ?? [];
  const order = [
    ...chosen.map(({ value }) => value).filter((value) => keys.has(value)),
    ...[...keys.keys()].filter((value) => !chosen.some((each) => each.value === value)),
  ];
  return order.map((value) => {
    const choice = chosen.find((each) => each.value === value);
    return {
      value,
      key: keys.get(value) ?? null,
      group: groups.find(({ key }) => textOf(key) === value),
      limit: choice?.limit,
      isHidden: choice?.isHidden ?? false,
    };
  });
}

/** The view's choices after one column was changed. All columns are named from then on, so that their order stays. */
export function withColumn(
  layout: BoardLayout,
  columns: BoardColumn[],
  change: (columns: BoardColumn[]) => BoardColumn[],
): BoardLayout {
  return {
    ...layout,
    columns: change(columns).map(({ value, limit, isHidden }) => ({
      value,
      ...(limit !== undefined && { limit }),
      ...(isHidden && { isHidden }),
    })),
  };
}

/** In: a record's value. Out: the value after the record moved from one column to another. */
export function movedValue(field: FieldDescription, value: unknown, from: GroupKey, to: GroupKey): unknown {
  if (FIELD_TYPES[field.type].family !== 'set') return to;
  const rest = (Array.isArray(value) ? value : []).filter(
    (each) => textOf(each as GroupKey) !== textOf(from),
  );
  if (to === null) return [];
  return rest.some((each) => textOf(each as GroupKey) === textOf(to)) ? rest : [...rest, to];
}
