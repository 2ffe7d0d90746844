import { type Condition, fieldsOf, splitPath } from '@pellucid/conditions';
import type { FieldProblem } from '@pellucid/platform/errors';
import {
  columnObstacle,
  conditionObstacle,
  type FieldDescriptor,
  type FilterContext,
  groupObstacle,
  measureObstacle,
  type Obstacle,
  periodObstacle,
  type RecordDescriptor,
  sortObstacle,
  type ViewNotes,
  type ViewPart,
} from '@pellucid/platform/records';
import type { ViewColumn, ViewContent, ViewTotal } from './view.types.js';

/** Columns for what every record has and no description mentions. */
const ADDED_COLUMNS = new Set(['name', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy']);

/** Something that a view says by means of fields. */
interface Piece {
  part: ViewPart;
  /** Where it stands in the content. */
  at: string;
  /** Dotted paths of its fields. */
  paths: string[];
  obstacle: Obstacle | undefined;
}

/** Is asked about each piece of a content; returns whether it stays. */
type Judge = (piece: Piece) => boolean;

/**
 * Returns the content without the pieces that the judge drops. Of a filter, whole conditions of the outermost `all` are
 * dropped, so that the rest never shows fewer records than the author meant.
 */
function sifted(content: ViewContent, context: FilterContext, stays: Judge): ViewContent {
  const condition = (part: ViewPart, at: string, tree: Condition) =>
    stays({
      part,
      at,
      paths: fieldsOf(tree).map((path) => path.join('.')),
      obstacle: conditionObstacle(context, tree),
    });
  const field = (part: ViewPart, at: string, path: string, obstacle: Obstacle | undefined) =>
    stays({ part, at, paths: [path], obstacle });
  const totals = (part: ViewPart, at: string, given: ViewTotal[]) =>
    given.filter((total, i) => field(part, `${at}/${i}/field`, total.field, measureObstacle(context, total)));

  const { filter, sort, columns, group, rowHeight, colours, board, calendar } = content;
  const left: ViewContent = {};
  if (rowHeight) left.rowHeight = rowHeight;
  if (filter && 'all' in filter) {
    const kept = filter.all.filter((each, i) => condition('filter', `/filter/all/${i}`, each));
    if (kept.length) left.filter = { all: kept };
  } else if (filter && condition('filter', '/filter', filter)) left.filter = filter;
  const keys = sort
    ?.split(',')
    .filter((key) => field('sort', '/sort', key.replace(/^[-+]/, ''), sortObstacle(context, key)));
  if (keys?.length) left.sort = keys.join(',');
  const shown = columns?.filter(({ field: key }, i) =>
    field(
      'columns',
      `/columns/${i}/field`,
      key,
      ADDED_COLUMNS.has(key) ? undefined : columnObstacle(context, key),
    ),
  );
  if (shown?.length) left.columns = shown;
  if (group && field('group', '/group/field', group.field, groupObstacle(context, group)))
    left.group = {
      ...group,
      ...(group.totals ? { totals: totals('group', '/group/totals', group.totals) } : {}),
    };
  const coloured = colours?.filter(({ when }, i) => condition('colours', `/colours/${i}/when`, when));
  if (coloured?.length) left.colours = coloured;
  if (board && field('board', '/board/field', board.field, groupObstacle(context, board)))
    left.board = {
      ...board,
      ...(board.totals ? { totals: totals('board', '/board/totals', board.totals) } : {}),
    };
  if (calendar && field('calendar', '/calendar/field', calendar.field, periodObstacle(context, calendar)))
    left.calendar = calendar;
  return left;
}

/**
 * Returns what of a view applies to the caller. Columns that they don't see are left out silently, as everywhere.
 * @param labelOf the label that a field had, as far as the caller may know it
 */
export function contentFor(
  content: ViewContent,
  context: FilterContext,
  labelOf: (path: string) => string | null,
): { content: ViewContent; notes: ViewNotes } {
  const withheld = new Set<ViewPart>();
  const gone: ViewNotes['gone'] = [];
  const left = sifted(content, context, ({ part, paths, obstacle }) => {
    if (obstacle === 'withheld' && part !== 'columns') withheld.add(part);
    if (obstacle === 'gone') {
      const lost = paths.filter((path) => !exists(context, path));
      gone.push({ part, label: (lost.length ? lost : paths).map(labelOf).find((label) => label) ?? null });
    }
    return !obstacle;
  });
  return { content: left, notes: { withheld: [...withheld], gone } };
}

/** Whether the caller sees every field that the content names. */
export function isSeenInFull(content: ViewContent, context: FilterContext): boolean {
  let isSeen = true;
  sifted(content, context, ({ obstacle }) => {
    isSeen &&= obstacle !== 'withheld';
    return true;
  });
  return isSeen;
}

/**
 * Returns columns as the caller arranged them, with those that they don't see: each stays behind the column that it followed.
 * @param before the columns as they are stored
 */
export function withUnseenColumns(
  before: readonly ViewColumn[] = [],
  given: readonly ViewColumn[],
  context: FilterContext,
): ViewColumn[] {
  const columns = [...given];
  const named = new Set(given.map(({ field }) => field));
  const isUnseen = ({ field }: ViewColumn) =>
    !named.has(field) && !ADDED_COLUMNS.has(field) && columnObstacle(context, field) === 'withheld';
  for (const [n, column] of before.entries()) {
    if (!isUnseen(column)) continue;
    const earlier = before.slice(0, n).map(({ field }) => field);
    const follows = earlier.findLast((field) => columns.some((each) => each.field === field));
    columns.splice(columns.findIndex(({ field }) => field === follows) + 1, 0, column);
  }
  return columns;
}

/** Returns why a content can't be saved by the caller. @param pointer where the request gave it */
export function contentProblems(
  content: ViewContent,
  context: FilterContext,
  pointer = '/content',
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  sifted(content, context, ({ at, paths, obstacle }) => {
    const names = paths.map((path) => `"${path}"`).join(', ');
    if (obstacle === 'withheld')
      problems.push({
        pointer: pointer + at,
        code: 'fieldNotInClear',
        message: `Your roles mask or hide ${names}, so a view of yours can't use it here. Choose another field.`,
      });
    if (obstacle === 'gone')
      problems.push({
        pointer: pointer + at,
        code: 'fieldNotUsable',
        message: `A view can't use ${names} here. Choose a field that exists and fits.`,
      });
    return true;
  });
  return problems;
}

/** Returns the fields that a content names: their labels by path, and which object's field each step of a path is. */
export function fieldsNamed(
  content: ViewContent,
  context: FilterContext,
): { labels: Record<string, string>; uses: string[] } {
  const labels = new Map<string, string>();
  const uses = new Set<string>();
  sifted(content, context, ({ paths }) => {
    for (const path of paths) {
      const steps = stepsOf(context, path);
      for (const { object, key } of steps) uses.add(`${object}.${key}`);
      if (steps.length) labels.set(path, steps.map(({ label }) => label).join(' › '));
    }
    return true;
  });
  return { labels: Object.fromEntries(labels), uses: [...uses].sort() };
}

/** A field on a dotted path. */
interface Step {
  object: string;
  key: string;
  label: string;
}

/** Follows a dotted path as far as it exists. */
function stepsOf({ descriptor, registry, snapshot }: FilterContext, path: string): Step[] {
  const steps: Step[] = [];
  let object: RecordDescriptor | undefined = descriptor;
  for (const key of keysOn(descriptor, path)) {
    const f: FieldDescriptor | undefined = object?.byKey.get(key);
    const lines = object === descriptor ? descriptor.lines.find((each) => each.key === key) : undefined;
    if (!object || !(f ?? lines)) break;
    steps.push({ object: object.key, key, label: (f ?? lines)!.label });
    object = f?.references ? registry.forTenant(f.references, snapshot) : undefined;
  }
  return steps;
}

/** The keys on a path. Fields of lines have one key: that of the lines, and their own. */
function keysOn({ lines }: RecordDescriptor, path: string): string[] {
  const keys = splitPath(path);
  return lines.some(({ key }) => key === keys[0]) ? [keys.join('.')] : keys;
}

const exists = (context: FilterContext, path: string) =>
  stepsOf(context, path).length === keysOn(context.descriptor, path).length;
