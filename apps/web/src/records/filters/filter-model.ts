/**
 * The filter builder's form of a condition tree: rows with identities that may be incomplete. It is pure, so that tests
 * need no browser.
 */
import { firstUnread } from '@/lib/typed/unread-text';
import {
  type Condition,
  isOperator,
  type Leaf,
  type LineMatch,
  OPERATORS,
  type Operator,
} from '@pellucid/conditions';

/** `none` is "not any": how the builder shows a negation. */
export type GroupKind = 'all' | 'any' | 'none';

export interface FilterRow {
  kind: 'row';
  id: string;
  field: string;
  op: Operator | '';
  value: unknown;
}

export interface FilterGroup {
  kind: GroupKind;
  id: string;
  /** For conditions on a record's lines: which lines, and how many of them must match. */
  about?: { lines: string; match: LineMatch };
  children: FilterNode[];
}

export type FilterNode = FilterRow | FilterGroup;

let lastId = 0;
const newId = () => `f${++lastId}`;

export function emptyRow(field = '', op: Operator | '' = ''): FilterRow {
  return { kind: 'row', id: newId(), field, op, value: undefined };
}

export function emptyGroup(kind: GroupKind = 'all', children: FilterNode[] = []): FilterGroup {
  return { kind, id: newId(), children };
}

/** A group of conditions on one of a record's lines. */
export function emptyLinesGroup(lines: string): FilterGroup {
  return { ...emptyGroup('all', [emptyRow()]), about: { lines, match: 'any' } };
}

export function isRow(node: FilterNode): node is FilterRow {
  return node.kind === 'row';
}

function fromLeaf(leaf: Leaf): FilterRow {
  return { kind: 'row', id: newId(), field: leaf.field, op: leaf.op, value: leaf.value };
}

function toNode(condition: Condition): FilterNode {
  if ('all' in condition) return emptyGroup('all', condition.all.map(toNode));
  if ('any' in condition) return emptyGroup('any', condition.any.map(toNode));
  if ('not' in condition) {
    const inner = toNode(condition.not);
    // "not any" becomes one group; any other negation becomes a "none" group with one child.
    return !isRow(inner) && inner.kind === 'any' && !inner.about
      ? { ...inner, kind: 'none' }
      : emptyGroup('none', [inner]);
  }
  if ('lines' in condition) {
    const { lines, match, where } = condition;
    return { ...groupOf(toNode(where)), about: { lines, match } };
  }
  return fromLeaf(condition);
}

/** In: a tree, or none. Out: an equivalent group to edit. */
export function toFilterGroup(condition: Condition | undefined): FilterGroup {
  if (!condition) return emptyGroup();
  return groupOf(toNode(condition));
}

/** In: a node. Out: a group about records, which the node is or is put into. */
function groupOf(node: FilterNode): FilterGroup {
  return isRow(node) || node.about ? emptyGroup('all', [node]) : node;
}

function isBlank(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** Whether a row is complete enough to filter by. */
export function isComplete(row: FilterRow): boolean {
  if (!row.field || !isOperator(row.op)) return false;
  switch (OPERATORS[row.op].arity) {
    case 'none':
      return true;
    case 'two':
      return Array.isArray(row.value) && row.value.length === 2 && !row.value.some(isBlank);
    case 'list':
      return Array.isArray(row.value) && row.value.length > 0;
    default:
      return !isBlank(row.value) && !Array.isArray(row.value);
  }
}

function rowCondition(row: FilterRow): Condition | undefined {
  if (!isComplete(row) || !isOperator(row.op)) return undefined;
  const base = { field: row.field, op: row.op };
  // `exists` and `empty` may have the value false. Other operators without arity have no value.
  if (OPERATORS[row.op].arity === 'none')
    return typeof row.value === 'boolean' ? { ...base, value: row.value } : base;
  return { ...base, value: row.value };
}

/** In: the builder's state. Out: the tree of its complete rows; undefined if there are none. */
export function toCondition(node: FilterNode): Condition | undefined {
  if (isRow(node)) return rowCondition(node);
  if (!node.about) return ofGroup(node);
  // A group without conditions asks whether there are lines.
  const where = ofGroup(node) ?? (node.children.length ? undefined : { all: [] });
  return where && { ...node.about, where };
}

function ofGroup(node: FilterGroup): Condition | undefined {
  const children = node.children.map(toCondition).filter((child) => child !== undefined);
  if (children.length === 0) return undefined;
  if (node.kind === 'none') return { not: { any: children } };
  if (children.length === 1 && children[0]) return children[0];
  return node.kind === 'all' ? { all: children } : { any: children };
}

/** Whether a typed text can't be read yet. */
export function hasUnread(node: FilterNode): boolean {
  return isRow(node) ? firstUnread([node.value]) !== undefined : node.children.some(hasUnread);
}

/** The part that a row still lacks; undefined if it is complete. */
export function lackOf(row: FilterRow): 'field' | 'operator' | 'value' | undefined {
  if (!row.field) return 'field';
  if (!isOperator(row.op)) return 'operator';
  return isComplete(row) ? undefined : 'value';
}

/** Whether nothing has been chosen in the row yet. */
function isUntouched(row: FilterRow): boolean {
  return !row.field && !row.op && isBlank(row.value);
}

/** Rows begun but not complete, in display order. The blank row of an empty builder doesn't count. */
export function incompleteRows(root: FilterGroup): FilterRow[] {
  const rows = (node: FilterNode): FilterRow[] => (isRow(node) ? [node] : node.children.flatMap(rows));
  const all = rows(root);
  if (all.length === 1 && all[0] && isUntouched(all[0])) return [];
  return all.filter((row) => lackOf(row) !== undefined);
}

/** Whether two groups hold the same conditions, incomplete ones included. Rows in which nothing was chosen don't count. */
export function isSameFilter(a: FilterGroup, b: FilterGroup): boolean {
  return JSON.stringify(said(a)) === JSON.stringify(said(b));
}

function said(node: FilterNode): unknown {
  if (isRow(node)) return isUntouched(node) ? undefined : [node.field, node.op, node.value];
  const children = node.children.map(said).filter((child) => child !== undefined);
  return children.length || node.about ? [node.kind, node.about, children] : undefined;
}

/** A copy of a group in which the node with the ID is replaced, or removed if `replace` returns undefined. */
export function mapNode(
  group: FilterGroup,
  id: string,
  replace: (node: FilterNode) => FilterNode | undefined,
): FilterGroup {
  if (group.id === id) {
    const next = replace(group);
    return next && !isRow(next) ? next : group;
  }
  const children = group.children.flatMap((child): FilterNode[] => {
    if (child.id === id) {
      const next = replace(child);
      return next ? [next] : [];
    }
    return isRow(child) ? [child] : [mapNode(child, id, replace)];
  });
  return { ...group, children };
}

/** Keeps a value only if the new operator takes the same kind of value. */
export function changeOperator(row: FilterRow, op: Operator): FilterRow {
  const before = isOperator(row.op) ? OPERATORS[row.op].arity : undefined;
  const after = OPERATORS[op].arity;
  if (before === after && after !== 'none') return { ...row, op };
  if (before === 'one' && after === 'list')
    return { ...row, op, value: isBlank(row.value) ? [] : [row.value] };
  if (before === 'list' && after === 'one') {
    return { ...row, op, value: Array.isArray(row.value) ? row.value[0] : undefined };
  }
  return { ...row, op, value: undefined };
}

/** Number of comparisons in a tree. */
export function countLeaves(condition: Condition | undefined): number {
  if (!condition) return 0;
  if ('all' in condition) return condition.all.reduce((sum, child) => sum + countLeaves(child), 0);
  if ('any' in condition) return condition.any.reduce((sum, child) => sum + countLeaves(child), 0);
  if ('lines' in condition) return Math.max(1, countLeaves(condition.where));
  return 'not' in condition ? countLeaves(condition.not) : 1;
}

/** The parts shown as chips: the children of a top-level "all", else the whole tree as one. */
export function topConditions(condition: Condition | undefined): Condition[] {
  if (!condition) return [];
  return 'all' in condition ? condition.all : [condition];
}

/** The tree without one of its top-level parts. */
export function withoutTop(condition: Condition, index: number): Condition | undefined {
  const rest = topConditions(condition).filter((_, i) => i !== index);
  if (rest.length === 0) return undefined;
  return rest.length === 1 ? rest[0] : { all: rest };
}

/** A condition that requires both. Undefined means "everything". */
export function bothConditions(a: Condition | undefined, b: Condition | undefined): Condition | undefined {
  if (!a || !b) return a ?? b;
  return { all: [...topConditions(a), ...topConditions(b)] };
}
